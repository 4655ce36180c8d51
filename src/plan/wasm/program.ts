/** A fused graph as calls of the kernels over one memory that never grows. */
import { type Graph, type GraphNode, inputsOf, type Shape, stridesOf, type ValueId } from '../graph.js';
import { layOut } from '../layout/layout.js';
import type { Step } from '../layout/place.js';
import type { View } from '../layout/view.js';
import { compute } from '../reference/compute.js';
import { gather } from '../reference/held.js';
import { MemoryMap } from './memoryMap.js';
import { type KernelBuild, type KernelSource, startKernels } from './module.js';
import type { Machine, Run } from './stepKernel.js';
import { rangeOf, type Ranges } from './ranges.js';
import { type Choice, kernelFor, wasmAbilities } from './steps.js';

export interface Program {
  /** The values of the graph's input, to be written before a run. */
  readonly input: Float32Array;
  /** Those of its output, to be read after a run. */
  readonly output: Float32Array;
  /** @param watch is called before every node, with a way to read its inputs */
  run(watch?: Watch): void;
  /** Which kernels run. */
  readonly build: KernelBuild;
  /** What it takes, in bytes. */
  readonly bytes: number;
  /** How many steps run on the kernels, are copies, and are computed in TypeScript. */
  readonly counts: { readonly kernels: number; readonly copies: number; readonly typescript: number };
}

export type Watch = (node: GraphNode, read: (value: ValueId) => Float32Array) => void;

/**
 * @param ranges of what weights are multiplied with, by their names: those products compute in int8
 * @throws RuntimeError `no-backend` where no kernels run
 */
export async function createProgram(graph: Graph, source: KernelSource, ranges: Ranges = new Map()): Promise<Program> {
  const shape = (value: ValueId): Shape => graph.values.get(value)!.shape;
  const choice: Choice = { shape, range: (node) => rangeOf(node, graph, ranges) };
  const layout = layOut(graph, wasmAbilities(choice));
  const map = new MemoryMap(graph, layout);
  const runs = layout.steps.map((step) => runOf(step, graph, map, choice));
  const memory = new WebAssembly.Memory({ initial: map.pages, maximum: map.pages });
  const { build, kernels } = await startKernels(source, memory);
  const machine: Machine = { kernels, floats: new Float32Array(memory.buffer) };
  map.fill(memory.buffer, kernels.quantisedBytes());
  const at = (value: ValueId) => {
    const view = layout.views.get(value)!;
    const start = map.floatOf(view);
    return machine.floats.subarray(start, start + view.shape.reduce((size, axis) => size * axis, 1));
  };
  const isKernel = (step: Step) => step.kind === 'node' && kernelFor(step.node, choice) !== undefined;
  const copies = layout.steps.filter(({ kind }) => kind === 'copy').length;
  const onKernels = layout.steps.filter(isKernel).length;
  return {
    build,
    input: at(graph.input),
    output: at(graph.output),
    run: (watch) => {
      for (const [index, run] of runs.entries()) {
        const step = layout.steps[index];
        if (watch !== undefined && step.kind === 'node')
          watch(step.node, (value) => read(map.view(value)!, machine.floats, map));
        run(machine);
      }
    },
    bytes: memory.buffer.byteLength,
    counts: { kernels: onKernels, copies, typescript: layout.steps.length - copies - onKernels },
  };
}

function runOf(step: Step, graph: Graph, map: MemoryMap, choice: Choice): Run {
  if (step.kind === 'copy') return copyRun(step, graph, map);
  const kernel = kernelFor(step.node, choice);
  return kernel === undefined ? computedRun(step.node, graph, map) : kernel.step(step.node, map.placesOf(step.scratch));
}

function copyRun({ from, to }: Extract<Step, { kind: 'copy' }>, graph: Graph, map: MemoryMap): Run {
  if (typeof from === 'number') {
    const { data } = graph.values.get(from)!.constant!;
    return ({ floats }) => scatter(data, floats, to, map);
  }
  return ({ floats }) => scatter(read(from, floats, map), floats, to, map);
}

/** A node that no kernel knows, computed by the reference. */
function computedRun(node: GraphNode, graph: Graph, map: MemoryMap): Run {
  const to = map.view(node.output)!;
  return ({ floats }) => {
    const held = new Map(
      inputsOf(node).map((value) => {
        const view = map.view(value);
        const { shape, constant } = graph.values.get(value)!;
        return [value, { shape, data: view === undefined ? constant!.data : read(view, floats, map) }] as const;
      }),
    );
    scatter(
      compute(node, (value) => held.get(value)!, to.shape),
      floats,
      to,
      map,
    );
  };
}

/** The values of a view, row-major. */
function read(view: View, floats: Float32Array, map: MemoryMap): Float32Array {
  return gather(floats, view.shape, map.floatOf(view), (axis) => view.strides[axis]);
}

/** Row-major values to where a view has them. */
function scatter(values: Float32Array, floats: Float32Array, view: View, map: MemoryMap): void {
  const start = map.floatOf(view);
  const width = view.strides.at(-1) === 1 ? (view.shape.at(-1) ?? 1) : 1;
  // Row by row: `order` says where each row goes.
  const rowShape = width === 1 ? view.shape : view.shape.slice(0, -1);
  const whole = stridesOf(rowShape);
  for (let row = 0; row * width < values.length; row++) {
    const to = rowShape.reduce(
      (sum, size, axis) => sum + (Math.floor(row / whole[axis]) % size) * view.strides[axis],
      start,
    );
    floats.set(values.subarray(row * width, (row + 1) * width), to);
  }
}
