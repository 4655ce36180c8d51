/** A model in Node, for the command line and the tests. Browser code must not import this file. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type NodeBackendName, startNodeBackend } from '../gpu/node.js';
import { type Classifier, createClassifier } from '../network/classifier.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { startClassifier } from './startClassifier.js';
import type { KernelBuild } from './wasm/module.js';

export interface NodeClassifier {
  readonly classifier: Classifier;
  /** Sentences for people: what runs. */
  readonly reason: string;
  /** Gives the model and the backend back. */
  readonly stop: () => void;
}

/**
 * Puts a model on a backend.
 * @throws as `startNodeBackend`; ModelError `model-architecture` or `model-parameters`
 */
export async function startNodeClassifier(
  name: NodeBackendName,
  { manifest, arrays }: LoadedModel,
): Promise<NodeClassifier> {
  const backend = await startNodeBackend(name, { lazy: true });
  try {
    const { classifier, reason } =
      backend.name === 'cpu'
        ? { classifier: await createClassifier(manifest, arrays), reason: backend.reason }
        : await startClassifier({ ...backend, name: backend.name }, readKernels, manifest, arrays);
    const stop = () => {
      classifier.dispose();
      backend.stop();
    };
    return { classifier, reason, stop };
  } catch (error) {
    backend.stop();
    throw error;
  }
}

/** Beside the built command line (dist/runtime/), else where `npm run prepare-assets` puts them. */
export function readKernels(build: KernelBuild): Promise<Uint8Array<ArrayBuffer>> {
  const name = `runtime/kernels-${build}.wasm`;
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return readFile(existsSync(beside) ? beside : fileURLToPath(new URL(`../../public/${name}`, import.meta.url)));
}
