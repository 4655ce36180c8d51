/** The base branch as a plan on our own WebAssembly kernels. */
import { ModelError, RuntimeError } from '../errors.js';
import type { Classifier } from '../network/classifier.js';
import { type FoldedNetwork, foldedNetwork, requireCrops, withOnes } from '../network/foldedNetwork.js';
import type { Int8Spec, Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { calibrate } from './calibrate.js';
import { fuse } from './fuse/fuse.js';
import type { Graph } from './graph.js';
import { traceNetwork } from './trace/trace.js';
import type { KernelBuild, KernelSource } from './wasm/module.js';
import { createProgram, type Program } from './wasm/program.js';
import { rangeName, type Ranges } from './wasm/ranges.js';

/**
 * Puts a model's weights, folded, into a memory of their own; in int8 those for which the manifest has ranges. Training-only weights may be
 * among `arrays`.
 * @throws ModelError `model-architecture`, `model-parameters` or `model-format`; PlanRefusal where the network asks for what no plan knows; RuntimeError
 * `no-backend` where no kernels run
 */
export async function createPlanClassifier(
  manifest: Manifest,
  arrays: NamedArrays,
  kernels: KernelSource,
): Promise<{ readonly classifier: Classifier; readonly build: KernelBuild }> {
  const folded = foldedNetwork(manifest, arrays);
  const { network, inputChannels } = folded;
  const graph = fuse(traceNetwork(folded));
  const ranges: Ranges = new Map(Object.entries(manifest.int8?.ranges ?? {}));
  requireNames(ranges, graph);
  const program = await createProgram(graph, kernels, ranges);
  return { classifier: new PlanClassifier({ network, inputChannels }, program), build: program.build };
}

/**
 * Measures what a manifest's `int8` holds, by running the model in float32.
 * @param crops one after the other, each `[size, size, channels]` in 0..1; 200 are enough
 * @throws as {@link createPlanClassifier}; RangeError without crops
 */
export async function measureInt8(
  manifest: Manifest,
  arrays: NamedArrays,
  kernels: KernelSource,
  crops: Iterable<Float32Array>,
): Promise<Int8Spec> {
  const folded = foldedNetwork(manifest, arrays);
  const graph = fuse(traceNetwork(folded));
  const program = await createProgram(graph, kernels);
  return { ranges: Object.fromEntries(calibrate(graph, program, imagesOf(crops, folded, program.input.length))) };
}

function* imagesOf(crops: Iterable<Float32Array>, folded: FoldedNetwork, length: number): Iterable<Float32Array> {
  for (const crop of crops) {
    requireCrops(crop, 1, folded);
    const image = new Float32Array(length);
    withOnes(crop, folded.inputChannels, image);
    yield image;
  }
}

/** A range of a weight that the network does not multiply with would be ignored in silence. */
function requireNames(ranges: Ranges, graph: Graph): void {
  const names = new Set(graph.nodes.map((node) => rangeName(node, graph)));
  const unknown = [...ranges.keys()].find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new ModelError(
    'model-format',
    `The model’s manifest has a range for ${unknown}, which this network does not multiply with. Measure the ranges again.`,
  );
}

class PlanClassifier implements Classifier {
  readonly inputChannels: 1 | 3;
  private readonly folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>;
  private program: Program | undefined;

  constructor(folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>, program: Program) {
    this.folded = folded;
    this.inputChannels = folded.inputChannels;
    this.program = program;
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    const { program, folded } = this;
    if (program === undefined) throw new RuntimeError('disposed', 'The model was disposed. Load it again.');
    requireCrops(crops, count, folded);
    const logits = new Float32Array(count * folded.network.outputs);
    const length = count === 0 ? 0 : crops.length / count;
    // Face by face: what one leaves in the processor's caches is small enough for the next to find the weights there.
    for (let face = 0; face < count; face++) {
      withOnes(crops.subarray(face * length, (face + 1) * length), folded.inputChannels, program.input);
      program.run();
      logits.set(program.output, face * folded.network.outputs);
    }
    return logits;
  }

  dispose(): void {
    this.program = undefined;
  }
}
