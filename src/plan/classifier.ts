/** The base branch as a plan on our own WebAssembly kernels. */
import { RuntimeError } from '../errors.js';
import type { Classifier } from '../network/classifier.js';
import { type FoldedNetwork, foldedNetwork, requireCrops, withOnes } from '../network/foldedNetwork.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { fuse } from './fuse/fuse.js';
import { traceNetwork } from './trace/trace.js';
import type { KernelBuild, KernelSource } from './wasm/module.js';
import { createProgram, type Program } from './wasm/program.js';

/**
 * Puts a model's weights, folded, into a memory of their own. Training-only weights may be among `arrays`.
 * @throws ModelError `model-architecture` or `model-parameters`; PlanRefusal where the network asks for what no plan knows; RuntimeError
 * `no-backend` where no kernels run
 */
export async function createPlanClassifier(
  manifest: Manifest,
  arrays: NamedArrays,
  kernels: KernelSource,
): Promise<{ readonly classifier: Classifier; readonly build: KernelBuild }> {
  const folded = foldedNetwork(manifest, arrays);
  const { network, inputChannels } = folded;
  const program = await createProgram(fuse(traceNetwork(folded)), kernels);
  return { classifier: new PlanClassifier({ network, inputChannels }, program), build: program.build };
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
    const logits = new Float32Array(count * folded.network.classes);
    const length = count === 0 ? 0 : crops.length / count;
    // Face by face: what one leaves in the processor's caches is small enough for the next to find the weights there.
    for (let face = 0; face < count; face++) {
      withOnes(crops.subarray(face * length, (face + 1) * length), folded.inputChannels, program.input);
      program.run();
      logits.set(program.output, face * folded.network.classes);
    }
    return logits;
  }

  dispose(): void {
    this.program = undefined;
  }
}
