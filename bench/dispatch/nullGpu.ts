/**
 * Dawn without a GPU: its null backend takes and checks everything and computes nothing, so what is left is the work of the processor. And
 * counts of what is asked of it.
 */
import { create, globals } from 'webgpu';

/** Puts Dawn's null backend where a browser has its GPU. Before TensorFlow.js' WebGPU backend is loaded. */
export function provideNullGpu(): GPU {
  for (const [key, value] of Object.entries(globals)) {
    if (!(key in globalThis)) Object.defineProperty(globalThis, key, { value, configurable: true, writable: true });
  }
  const gpu = create(['backend=null']);
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu, userAgent: 'node', hardwareConcurrency: 1 },
    configurable: true,
  });
  return gpu;
}

export interface Counts {
  readonly dispatches: number;
  readonly passes: number;
  readonly submits: number;
  readonly readbacks: number;
  readonly writeBuffers: number;
  readonly newBuffers: number;
  readonly newBindGroups: number;
  readonly newPipelines: number;
}

const COUNTED: readonly (readonly [keyof Counts, string, readonly string[]])[] = [
  ['dispatches', 'GPUComputePassEncoder', ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect']],
  ['passes', 'GPUCommandEncoder', ['beginComputePass']],
  ['submits', 'GPUQueue', ['submit']],
  ['readbacks', 'GPUBuffer', ['mapAsync']],
  ['writeBuffers', 'GPUQueue', ['writeBuffer']],
  ['newBuffers', 'GPUDevice', ['createBuffer']],
  ['newBindGroups', 'GPUDevice', ['createBindGroup']],
  ['newPipelines', 'GPUDevice', ['createComputePipeline', 'createComputePipelineAsync']],
];

type Method = (...values: unknown[]) => unknown;

/** How often the methods of WebGPU are called while `work` runs. */
export async function countCalls(work: () => Promise<unknown>): Promise<Counts> {
  const counts = Object.fromEntries(COUNTED.map(([name]) => [name, 0])) as { -readonly [K in keyof Counts]: number };
  const undo = COUNTED.flatMap(([name, type, methods]) => {
    const { prototype } = (globals as Readonly<Record<string, { readonly prototype: Record<string, Method> }>>)[type];
    return methods.map((method) => {
      const original = prototype[method];
      prototype[method] = function (this: unknown, ...values) {
        counts[name]++;
        return original.apply(this, values);
      };
      return () => (prototype[method] = original);
    });
  });
  try {
    await work();
  } finally {
    for (const restore of undo) restore();
  }
  return counts;
}
