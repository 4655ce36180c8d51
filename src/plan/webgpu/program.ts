/** A fused graph as one command buffer: pipelines, bind groups and buffers are made once, and a batch of faces goes through all steps at once. */
import { type Graph, type Shape, sizeOf, type ValueId } from '../graph.js';
import { type Layout, layOut } from '../layout/layout.js';
import type { Step } from '../layout/place.js';
import type { View } from '../layout/view.js';
import { PlanRefusal } from '../trace/refusal.js';
import { type GpuMemory, makeMemory } from './memory.js';
import { copyStep } from './kernels/maps.js';
import type { DeviceTraits } from './kernels/kernel.js';
import { compileSteps } from './pipelines.js';
import { type GpuStep, type Groups, type PlacedView, type Places, QUAD, quads } from './places.js';
import { gpuAbilities, kernelFor } from './steps.js';

/** Where a program reads its input: value `i` of face `f` is at `start + f * faceStride + i` of the arena, in floats. */
export interface InputPlace {
  readonly arena: GPUBuffer;
  readonly start: number;
  readonly faceStride: number;
  /** The largest batch. */
  readonly faces: number;
}

/** What writes a program's input on the GPU itself. */
export interface InputSource {
  /** Before the program's own steps. */
  encode(pass: GPUComputePassEncoder): void;
  /** After them. */
  finish(encoder: GPUCommandEncoder): void;
  /** What it reads back, once all is submitted. */
  collect(): Promise<Float32Array>;
}

export interface GpuProgram {
  /** The largest batch. */
  readonly faces: number;
  readonly place: InputPlace;
  /** Whether weights are in float16. */
  readonly half: boolean;
  /** Values of the graph's input and output of one face. */
  readonly inputLength: number;
  readonly outputLength: number;
  /**
   * Runs a batch. Calls wait for each other.
   * @param images as the graph's input takes them, one after the other
   * @returns the graph's output of each, one after the other
   * @throws RangeError beyond the largest batch
   */
  run(images: Float32Array<ArrayBuffer>, count: number): Promise<Float32Array>;
  /**
   * Likewise, with an input that is made on the GPU.
   * @param load is called in its turn, to put there what the source needs
   * @returns the graph's outputs, and what the source read back
   */
  runFrom(source: InputSource, count: number, load: () => void): Promise<readonly [Float32Array, Float32Array]>;
  /** How many dispatches a batch takes, how many pipelines there are, and bytes on the device. */
  readonly counts: { readonly dispatches: number; readonly pipelines: number; readonly bytes: number };
  /** Gives the memory back. A batch under way is rejected. */
  destroy(): void;
}

export interface GpuProgramOptions {
  /** The largest batch that is wanted; a smaller one where the device's limits ask for it. */
  readonly faces: number;
  /** Whether weights are kept in float16. Default: where the device can read it. */
  readonly half?: boolean;
}

/**
 * @throws PlanRefusal where the device's limits are too small for one face, a kernel does not fit or does not compile
 */
export async function createGpuProgram(
  graph: Graph,
  device: GPUDevice,
  { faces: wanted, half = device.features.has('shader-f16') }: GpuProgramOptions,
): Promise<GpuProgram> {
  const shape = (value: ValueId): Shape => graph.values.get(value)!.shape;
  const layout = layOut(graph, gpuAbilities(shape));
  const faces = largestBatch(layout, device.limits, wanted);
  const places = placesOf(graph, layout, faces);
  const steps = layout.steps.map((step) => stepOf(step, places, { half }));
  const most = steps.flatMap(({ groups }) => groups(faces));
  if (Math.max(...most) > device.limits.maxComputeWorkgroupsPerDimension) {
    throw new PlanRefusal('It needs more workgroups than this GPU allows.');
  }
  const [input, output] = [places.view(graph.input)!, places.view(graph.output)!];
  const memory = await makeMemory(device, steps, {
    arenaFloats: layout.arena.size * faces,
    resultFloats: output.faceStride * faces,
  });
  try {
    const { pipelines, count } = await compileSteps(device, steps, memory.layout);
    return new Program({ device, memory, steps, pipelines, faces, half, input, output, pipelineCount: count });
  } catch (cause) {
    memory.destroy();
    throw cause;
  }
}

const FLOAT_BYTES = 4;

function largestBatch({ arena }: Layout, limits: GPUSupportedLimits, wanted: number): number {
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const faces = Math.min(wanted, Math.floor(bytes / (arena.size * FLOAT_BYTES)));
  if (faces < 1) throw new PlanRefusal('It needs larger buffers than this GPU allows.');
  return faces;
}

/** Every value of all faces: where one face has a buffer, the arena has as many after each other. */
function placesOf(graph: Graph, { views, arena, lifetimes }: Layout, faces: number): Places {
  const placed = (view: View): PlacedView => ({
    ...view,
    start: arena.offsets[view.buffer] * faces + view.offset,
    faceStride: quads(lifetimes[view.buffer].size) * QUAD,
  });
  return {
    faces,
    shape: (value) => graph.values.get(value)!.shape,
    view: (value) => {
      const view = views.get(value);
      return view === undefined ? undefined : placed(view);
    },
    constant: (value) => graph.values.get(value)!.constant!.data,
    placed,
  };
}

function stepOf(step: Step, places: Places, traits: DeviceTraits): GpuStep {
  if (step.kind === 'node') return kernelFor(step.node, places.shape).step(step.node, places, traits);
  const from = typeof step.from === 'number' ? step.from : places.placed(step.from);
  return copyStep(from, places.placed(step.to), places);
}

interface ProgramParts {
  readonly device: GPUDevice;
  readonly memory: GpuMemory;
  readonly steps: readonly GpuStep[];
  readonly pipelines: readonly GPUComputePipeline[];
  readonly pipelineCount: number;
  readonly faces: number;
  readonly half: boolean;
  readonly input: PlacedView;
  readonly output: PlacedView;
}

class Program implements GpuProgram {
  readonly faces: number;
  readonly half: boolean;
  readonly place: InputPlace;
  readonly inputLength: number;
  readonly outputLength: number;
  readonly counts: GpuProgram['counts'];
  private readonly parts: ProgramParts;
  /** Workgroups of every step, by the number of faces. */
  private readonly groups = new Map<number, readonly Groups[]>();
  private last: Promise<unknown> = Promise.resolve();
  private destroyed = false;

  constructor(parts: ProgramParts) {
    this.parts = parts;
    this.faces = parts.faces;
    this.half = parts.half;
    const { start, faceStride } = parts.input;
    this.place = { arena: parts.memory.arena, start, faceStride, faces: parts.faces };
    this.inputLength = sizeOf(parts.input.shape);
    this.outputLength = sizeOf(parts.output.shape);
    const { steps, pipelineCount, memory } = parts;
    this.counts = { dispatches: steps.length, pipelines: pipelineCount, bytes: memory.bytes };
  }

  async run(images: Float32Array<ArrayBuffer>, count: number): Promise<Float32Array> {
    this.requireCount(count);
    if (images.length !== count * this.inputLength) {
      throw new RangeError(`${count} images have ${count * this.inputLength} values, not ${images.length}`);
    }
    return this.inTurn(() => {
      this.upload(images, count);
      return this.compute(count, undefined);
    });
  }

  async runFrom(source: InputSource, count: number, load: () => void): Promise<readonly [Float32Array, Float32Array]> {
    this.requireCount(count);
    return this.inTurn(() => {
      load();
      const results = this.compute(count, source);
      return Promise.all([results, source.collect()]);
    });
  }

  destroy(): void {
    this.destroyed = true;
    this.parts.memory.destroy();
  }

  private requireCount(count: number): void {
    if (count < 1 || count > this.faces) throw new RangeError(`A batch has 1 to ${this.faces} faces, not ${count}`);
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(() => {
      // To the device it would be an error of its own.
      if (this.destroyed) throw new Error('The program was destroyed.');
      return work();
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  private async compute(count: number, source: InputSource | undefined): Promise<Float32Array> {
    const { device, memory, output } = this.parts;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    source?.encode(pass);
    this.encode(pass, count);
    source?.finish(encoder);
    const bytes = count * output.faceStride * FLOAT_BYTES;
    encoder.copyBufferToBuffer(memory.arena, output.start * FLOAT_BYTES, memory.result, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await memory.result.mapAsync(GPUMapMode.READ, 0, bytes);
    const values = new Float32Array(memory.result.getMappedRange(0, bytes));
    const results = new Float32Array(count * this.outputLength);
    for (let face = 0; face < count; face++) {
      const start = face * output.faceStride;
      results.set(values.subarray(start, start + this.outputLength), face * this.outputLength);
    }
    memory.result.unmap();
    return results;
  }

  private upload(images: Float32Array<ArrayBuffer>, count: number): void {
    const { device, memory, input } = this.parts;
    const packed = input.faceStride === this.inputLength ? images : new Float32Array(count * input.faceStride);
    if (packed !== images) {
      for (let face = 0; face < count; face++) {
        packed.set(images.subarray(face * this.inputLength, (face + 1) * this.inputLength), face * input.faceStride);
      }
    }
    device.queue.writeBuffer(memory.arena, input.start * FLOAT_BYTES, packed);
  }

  private encode(pass: GPUComputePassEncoder, count: number): void {
    const { memory, pipelines, steps } = this.parts;
    const groups = this.groups.get(count) ?? steps.map((step) => step.groups(count));
    this.groups.set(count, groups);
    let current: GPUComputePipeline | undefined;
    for (const [index, pipeline] of pipelines.entries()) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, memory.bindGroups[index]);
      pass.dispatchWorkgroups(...groups[index]);
    }
    pass.end();
  }
}
