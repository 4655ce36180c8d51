/** Traces a network's one definition: its forward function runs once over tensors that hold nothing, and what it asks for is noted. */
import * as tf from '@tensorflow/tfjs-core';
import { QcsError } from '../../errors.js';
import { Context } from '../../network/context.js';
import type { FoldedNetwork } from '../../network/foldedNetwork.js';
import { inLayout } from '../../network/parameters.js';
import type { Graph, Shape } from '../graph.js';
import { TRACE_KERNELS } from './kernels.js';
import { PlanRefusal } from './refusal.js';
import { TraceBackend } from './traceBackend.js';

const BACKEND = 'trace';

/**
 * The folded forward pass of a network for one image, [1, size, size, channels + 1] (the last channel all ones, see `foldParameters`) to logits
 * [1, classes]. TensorFlow.js is left as it was found.
 * @throws PlanRefusal where the network asks for what no plan knows; ModelError where a parameter is missing
 */
export function traceNetwork({ network, arrays, layouts, inputChannels }: FoldedNetwork): Graph {
  return trace([1, network.size, network.size, inputChannels + 1], (images, { name: nameOf }) => {
    const parameters = new Map<string, tf.Tensor>();
    for (const [name, array] of arrays) {
      // No copy: a plan reads them once, when it is put into its memory.
      const { shape, data } = inLayout(array, layouts.get(name) ?? 'plain');
      const tensor = tf.tensor(data, [...shape], 'float32');
      parameters.set(name, tensor);
      nameOf(tensor, name);
    }
    return network.logits(new Context(parameters, { mode: 'folded' }), images as tf.Tensor4D);
  });
}

interface Namer {
  /** Gives a constant its name. */
  readonly name: (tensor: tf.Tensor, name: string) => void;
}

/** Traces any function of one tensor. Throws as {@link traceNetwork}. */
export function trace(shape: Shape, forward: (input: tf.Tensor, namer: Namer) => tf.Tensor): Graph {
  const backend = new TraceBackend();
  const { values, nodes } = backend.builder;
  const name = (tensor: tf.Tensor, text: string): void => {
    const id = backend.idOf(tensor);
    const value = values.get(id);
    if (value?.constant !== undefined) values.set(id, { ...value, constant: { ...value.constant, name: text } });
  };
  return withBackend(backend, () => {
    const info = backend.input(shape);
    const input = backend.idOf(info);
    const result = tf.tidy(() => forward(tf.engine().makeTensorFromTensorInfo(info), { name }));
    const output = backend.idOf(result);
    result.dispose();
    return { values, nodes, input, output };
  });
}

/** Runs `work` with the given backend as TensorFlow.js's current one. Nothing in here waits, so nobody else sees it. */
function withBackend<T>(backend: TraceBackend, work: () => T): T {
  const before = tf.engine().backendName as string | null | undefined;
  tf.registerBackend(BACKEND, () => backend);
  for (const [kernelName, kernelFunc] of Object.entries(TRACE_KERNELS)) {
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
  try {
    void tf.setBackend(BACKEND);
    return work();
  } catch (error) {
    throw error instanceof QcsError || error instanceof PlanRefusal
      ? error
      : new PlanRefusal('TensorFlow.js found a step that no plan knows.', { cause: error });
  } finally {
    for (const kernelName of Object.keys(TRACE_KERNELS)) tf.unregisterKernel(kernelName, BACKEND);
    tf.removeBackend(BACKEND);
    // A backend that was started answers at once.
    if (before !== null && before !== undefined) void tf.setBackend(before);
  }
}
