/** All buffers of a program, and the bind groups of its steps. */
import { PlanRefusal } from '../trace/refusal.js';
import { type GpuStep } from './places.js';
import { BINDING, NUMBER_QUADS } from './shader.js';

export interface GpuMemory {
  readonly layout: GPUBindGroupLayout;
  readonly arena: GPUBuffer;
  /** What the page reads results from. */
  readonly result: GPUBuffer;
  /** One a step. */
  readonly bindGroups: readonly GPUBindGroup[];
  readonly bytes: number;
  destroy(): void;
}

export interface MemorySizes {
  readonly arenaFloats: number;
  readonly resultFloats: number;
}

const FLOAT_BYTES = 4;
const NUMBER_BYTES = NUMBER_QUADS * 16;

/** Bytes that start at the given places of one buffer. */
interface Section {
  readonly at: number;
  readonly data: ArrayBufferView;
}

/**
 * @throws PlanRefusal where the device has not so much memory, or its limits are too small
 */
export async function makeMemory(
  device: GPUDevice,
  steps: readonly GpuStep[],
  { arenaFloats, resultFloats }: MemorySizes,
): Promise<GpuMemory> {
  const { minUniformBufferOffsetAlignment: uniformStep, minStorageBufferOffsetAlignment: storageStep } = device.limits;
  const numbers = sections(steps.map(numbersOf), uniformStep);
  const constants = sections(
    steps.map((step) => step.constants),
    storageStep,
  );
  const weights = sections(
    steps.map((step) => step.weights?.data ?? new Float32Array(4)),
    storageStep,
  );
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const largest = Math.max(...weights.parts.map(({ data }) => data.byteLength));
  if (Math.max(weights.bytes, constants.bytes) > maxBufferSize || largest > maxStorageBufferBindingSize) {
    throw new PlanRefusal('Its weights need larger buffers than this GPU allows.');
  }
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const arena = device.createBuffer({
    label: 'arena',
    size: arenaFloats * FLOAT_BYTES,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const result = device.createBuffer({
    label: 'result',
    size: resultFloats * FLOAT_BYTES,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const buffers = {
    numbers: filled(device, 'numbers', GPUBufferUsage.UNIFORM, numbers),
    constants: filled(device, 'constants', GPUBufferUsage.STORAGE, constants),
    weights: filled(device, 'weights', GPUBufferUsage.STORAGE, weights),
  };
  const layout = bindGroupLayout(device);
  const bindGroups = steps.map((_, index) => {
    const binding = (name: keyof typeof buffers, { at, data }: Section): GPUBindGroupEntry => ({
      binding: BINDING[name],
      resource: { buffer: buffers[name], offset: at, size: data.byteLength },
    });
    return device.createBindGroup({
      layout,
      entries: [
        { binding: BINDING.arena, resource: { buffer: arena } },
        binding('numbers', numbers.parts[index]),
        binding('constants', constants.parts[index]),
        binding('weights', weights.parts[index]),
      ],
    });
  });
  const all = [arena, result, ...Object.values(buffers)];
  const errors = [await device.popErrorScope(), await device.popErrorScope()].filter((error) => error !== null);
  const destroy = () => {
    for (const buffer of all) buffer.destroy();
  };
  if (errors.length > 0) {
    destroy();
    throw new PlanRefusal(`The GPU refused its memory: ${errors[0].message}`);
  }
  return { layout, arena, result, bindGroups, bytes: all.reduce((sum, { size }) => sum + size, 0), destroy };
}

function numbersOf({ numbers }: GpuStep): Uint32Array {
  const all = new Uint32Array(NUMBER_BYTES / Uint32Array.BYTES_PER_ELEMENT);
  if (numbers.length > all.length) throw new PlanRefusal('It has a step with too many operands.');
  all.set(numbers);
  return all;
}

/** Pieces one after the other, each beginning at a multiple of `step` bytes. */
function sections(
  pieces: readonly ArrayBufferView[],
  step: number,
): { readonly parts: readonly Section[]; readonly bytes: number } {
  let bytes = 0;
  const parts = pieces.map((data) => {
    const at = bytes;
    bytes += Math.ceil(data.byteLength / step) * step;
    return { at, data };
  });
  return { parts, bytes };
}

function filled(
  device: GPUDevice,
  label: string,
  usage: GPUBufferUsageFlags,
  { parts, bytes }: ReturnType<typeof sections>,
): GPUBuffer {
  const buffer = device.createBuffer({ label, size: bytes, usage, mappedAtCreation: true });
  const target = new Uint8Array(buffer.getMappedRange());
  for (const { at, data } of parts) target.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  buffer.unmap();
  return buffer;
}

function bindGroupLayout(device: GPUDevice): GPUBindGroupLayout {
  const entry = (binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type },
  });
  return device.createBindGroupLayout({
    entries: [
      entry(BINDING.arena, 'storage'),
      entry(BINDING.numbers, 'uniform'),
      entry(BINDING.constants, 'read-only-storage'),
      entry(BINDING.weights, 'read-only-storage'),
    ],
  });
}
