/** The base branch as a plan on our own WGSL kernels. */
import { concatenateFloats } from '../../base/floats.js';
import { RuntimeError } from '../../errors.js';
import type { Sized } from '../../faces/frameDetector.js';
import type { Classifier } from '../../network/classifier.js';
import { type FoldedNetwork, foldedNetwork, requireCrops, withOnes } from '../../network/foldedNetwork.js';
import type { InputSpec, Manifest } from '../../weights/manifest.js';
import type { NamedArrays } from '../../weights/namedArray.js';
import { fuse } from '../fuse/fuse.js';
import { GPU_RULES } from '../fuse/gpuRules.js';
import type { Graph } from '../graph.js';
import { traceNetwork } from '../trace/trace.js';
import type { FramePlace, FrameReadings, GpuFrame } from '../frameFaces.js';
import { FrameCropper } from './frameCrops.js';
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
): Promise<{ readonly classifier: GpuClassifier; readonly half: boolean }> {
  const folded = foldedNetwork(manifest, arrays);
  const program = await createGpuProgram(gpuGraph(folded), device, { faces: LARGEST_BATCH });
  const { network, inputChannels } = folded;
  const gpu = { device, input: manifest.input };
  return { classifier: new PlannedClassifier({ network, inputChannels }, program, gpu), half: program.half };
}

export interface GpuClassifier extends Classifier {
  /**
   * Cuts faces out of a frame and reads them, all on the GPU.
   * @param frame open until the promise settles
   * @throws RangeError for a face whose points coincide and for a frame larger than the device's textures; RuntimeError `disposed`
   */
  readFrame(frame: GpuFrame, size: Sized, faces: readonly FramePlace[]): Promise<FrameReadings>;
}

class PlannedClassifier implements GpuClassifier {
  readonly inputChannels: 1 | 3;
  private readonly folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>;
  private readonly gpu: { readonly device: GPUDevice; readonly input: InputSpec };
  private program: GpuProgram | undefined;
  private cropper: Promise<FrameCropper> | undefined;

  constructor(
    folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>,
    program: GpuProgram,
    gpu: { readonly device: GPUDevice; readonly input: InputSpec },
  ) {
    this.gpu = gpu;
    this.folded = folded;
    this.inputChannels = folded.inputChannels;
    this.program = program;
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    const { program, folded } = this;
    if (program === undefined) throw disposed();
    requireCrops(crops, count, folded);
    const { outputs } = folded.network;
    const logits = new Float32Array(count * outputs);
    const length = count === 0 ? 0 : crops.length / count;
    for (let first = 0; first < count; first += program.faces) {
      const faces = Math.min(program.faces, count - first);
      const images = new Float32Array(faces * program.inputLength);
      withOnes(crops.subarray(first * length, (first + faces) * length), folded.inputChannels, images);
      logits.set(await this.whileThere(() => program.run(images, faces)), first * outputs);
    }
    return logits;
  }

  async readFrame(frame: GpuFrame, size: Sized, faces: readonly FramePlace[]): Promise<FrameReadings> {
    const { program, gpu } = this;
    if (program === undefined) throw disposed();
    this.cropper ??= FrameCropper.create(gpu.device, gpu.input, program.place);
    const cropper = await this.cropper;
    const parts: (readonly [Float32Array, Float32Array])[] = [];
    for (let first = 0; first < faces.length; first += program.faces) {
      const batch = faces.slice(first, first + program.faces);
      parts.push(
        await this.whileThere(() => program.runFrom(cropper, batch.length, () => cropper.load(frame, size, batch))),
      );
    }
    return {
      logits: concatenateFloats(parts.map(([logits]) => logits)),
      crops: concatenateFloats(parts.map(([, crops]) => crops)),
    };
  }

  dispose(): void {
    this.program?.destroy();
    this.program = undefined;
    void this.cropper?.then((cropper) => cropper.destroy());
    this.cropper = undefined;
  }

  /** What is disposed of on the way fails for that reason alone. */
  private async whileThere<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw this.program === undefined ? disposed() : cause;
    }
  }
}

function disposed(): RuntimeError {
  return new RuntimeError('disposed', 'The model was disposed. Load it again.');
}
