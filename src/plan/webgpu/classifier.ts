/** The base branch as a plan on our own WGSL kernels. */
import { RuntimeError } from '../../errors.js';
import type { Classifier } from '../../network/classifier.js';
import { type FoldedNetwork, foldedNetwork, requireCrops, withOnes } from '../../network/foldedNetwork.js';
import type { Manifest } from '../../weights/manifest.js';
import type { NamedArrays } from '../../weights/namedArray.js';
import { fuse } from '../fuse/fuse.js';
import { GPU_RULES } from '../fuse/gpuRules.js';
import type { Graph } from '../graph.js';
import { traceNetwork } from '../trace/trace.js';
import { createGpuProgram, type GpuProgram } from './program.js';

/** Faces of one command buffer. More crops than this go through in several. */
const LARGEST_BATCH = 16;

/** The plan of a network for a GPU. */
export function gpuGraph(folded: FoldedNetwork): Graph {
  return fuse(fuse(traceNetwork(folded)), GPU_RULES);
}

/**
 * Puts a model's weights, folded, on a device: in float16 where it has that. Training-only weights may be among `arrays`; ranges for int8 are
 * of no use here.
 * @throws ModelError `model-architecture` or `model-parameters`; PlanRefusal where the network asks for what no plan knows, or for more than the device
 * can do
 */
export async function createGpuClassifier(
  manifest: Manifest,
  arrays: NamedArrays,
  device: GPUDevice,
): Promise<{ readonly classifier: Classifier; readonly half: boolean }> {
  const folded = foldedNetwork(manifest, arrays);
  const program = await createGpuProgram(gpuGraph(folded), device, { faces: LARGEST_BATCH });
  const { network, inputChannels } = folded;
  return { classifier: new GpuClassifier({ network, inputChannels }, program), half: program.half };
}

class GpuClassifier implements Classifier {
  readonly inputChannels: 1 | 3;
  private readonly folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>;
  private program: GpuProgram | undefined;

  constructor(folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>, program: GpuProgram) {
    this.folded = folded;
    this.inputChannels = folded.inputChannels;
    this.program = program;
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    const { program, folded } = this;
    if (program === undefined) throw disposed();
    requireCrops(crops, count, folded);
    const { classes } = folded.network;
    const logits = new Float32Array(count * classes);
    const length = count === 0 ? 0 : crops.length / count;
    for (let first = 0; first < count; first += program.faces) {
      const faces = Math.min(program.faces, count - first);
      const images = new Float32Array(faces * program.inputLength);
      withOnes(crops.subarray(first * length, (first + faces) * length), folded.inputChannels, images);
      logits.set(await this.run(program, images, faces), first * classes);
    }
    return logits;
  }

  dispose(): void {
    this.program?.destroy();
    this.program = undefined;
  }

  private async run(program: GpuProgram, images: Float32Array<ArrayBuffer>, faces: number): Promise<Float32Array> {
    try {
      return await program.run(images, faces);
    } catch (cause) {
      throw this.program === undefined ? disposed() : cause;
    }
  }
}

function disposed(): RuntimeError {
  return new RuntimeError('disposed', 'The model was disposed. Load it again.');
}
