/** Compiles the shaders of a program's steps, each text once. */
import { PlanRefusal } from '../trace/refusal.js';
import type { GpuStep } from './places.js';

/**
 * @returns a pipeline for each step, and how many there are
 * @throws PlanRefusal where the device does not take a shader
 */
export async function compileSteps(
  device: GPUDevice,
  steps: readonly GpuStep[],
  bindings: GPUBindGroupLayout,
): Promise<{ readonly pipelines: readonly GPUComputePipeline[]; readonly count: number }> {
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindings] });
  const compiled = new Map<string, Promise<GPUComputePipeline>>();
  for (const { source } of steps) {
    if (!compiled.has(source)) compiled.set(source, compile(device, source, layout));
  }
  try {
    const pipelines = await Promise.all(steps.map(({ source }) => compiled.get(source)!));
    return { pipelines, count: compiled.size };
  } catch (cause) {
    throw new PlanRefusal(`The GPU does not take our kernels: ${String(cause)}`, { cause });
  }
}

async function compile(device: GPUDevice, code: string, layout: GPUPipelineLayout): Promise<GPUComputePipeline> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  const flawed = device.popErrorScope();
  const pipeline = device.createComputePipelineAsync({ layout, compute: { module } });
  pipeline.catch(() => undefined);
  const error = await flawed;
  if (error !== null) throw new Error(error.message);
  return pipeline;
}
