/** A model in Node, for the command line and the tests. Browser code must not import this file. */
import { type NodeBackendName, startNodeBackend } from '../gpu/node.js';
import { type Classifier, createClassifier } from '../network/classifier.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { startThreads } from './nodeThreads.js';
import { readKernels } from './nodeKernels.js';
import { startClassifier } from './startClassifier.js';

export interface NodeClassifier {
  readonly classifier: Classifier;
  /** Sentences for people: what runs. */
  readonly reason: string;
  /** Gives the model and the backend back. */
  readonly stop: () => void;
}

/**
 * Puts a model on a backend. More threads than one take crops side by side, where our own kernels compute.
 * @throws as `startNodeBackend`; ModelError `model-architecture` or `model-parameters`
 */
export async function startNodeClassifier(
  name: NodeBackendName,
  loaded: LoadedModel,
  threads = 1,
): Promise<NodeClassifier> {
  const { manifest, arrays } = loaded;
  const backend = await startNodeBackend(name, { lazy: true });
  try {
    const { classifier, reason, kernels } =
      backend.name === 'cpu'
        ? { classifier: await createClassifier(manifest, arrays), reason: backend.reason, kernels: null }
        : await startClassifier({ ...backend, name: backend.name }, readKernels, manifest, arrays);
    const several =
      threads > 1 && kernels !== null ? await startThreads(loaded, threads, classifier.inputChannels) : undefined;
    const stop = () => {
      several?.dispose();
      classifier.dispose();
      backend.stop();
    };
    if (several === undefined) return { classifier, reason, stop };
    return { classifier: several, reason: `${reason} ${threads} threads.`, stop };
  } catch (error) {
    backend.stop();
    throw error;
  }
}
