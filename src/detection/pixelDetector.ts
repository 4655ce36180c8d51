/** BlazeFace on the kernels of the plan, over pixels in memory: MediaPipe's weights without its runtime, in Node and in a page. */
import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import { USUAL_LOWEST, wholeFrame, type FrameDetector } from '../faces/frameDetector.js';
import { mapFace, type Box, type DetectedFace } from '../faces/geometry.js';
import type { PixelImage } from '../faces/image.js';
import { fuse } from '../plan/fuse/fuse.js';
import { trace } from '../plan/trace/trace.js';
import type { KernelSource } from '../plan/wasm/module.js';
import { createProgram, type Program } from '../plan/wasm/program.js';
import { ANCHOR_COUNT, BLAZE_SIDE, decodeFaces, VALUES } from './blazeFace.js';
import type { PictureKernels } from './pictureKernels.js';
import { TfliteGraph } from './tflite.js';

export class PixelDetector implements FrameDetector<PixelImage> {
  readonly isLost = false;
  private readonly program: Program;
  private readonly pictures: PictureKernels;

  private constructor(program: Program, pictures: PictureKernels) {
    this.program = program;
    this.pictures = pictures;
  }

  /**
   * @param model the bytes of `face_detection_short_range.tflite`
   * @param pictures where pictures are held while they are searched
   * @throws ModelError `model-format`; RuntimeError `no-backend` where no kernels run, `detector-failed` for another network
   */
  static async create(model: Uint8Array, kernels: KernelSource, pictures: PictureKernels): Promise<PixelDetector> {
    const graph = new TfliteGraph(model);
    const shape = [1, BLAZE_SIDE, BLAZE_SIDE, 3];
    if (graph.inputShape.join() !== shape.join()) throw another();
    const traced = trace(shape, (picture) =>
      tf.concat(
        graph.forward(picture).map((output) => tf.reshape(output, [-1])),
        0,
      ),
    );
    const program = await createProgram(fuse(traced), kernels);
    if (program.output.length !== ANCHOR_COUNT * (VALUES + 1)) throw another();
    return new PixelDetector(program, pictures);
  }

  detect(frame: PixelImage, region: Box = wholeFrame(frame), lowest: number = USUAL_LOWEST): DetectedFace[] {
    const { input, output } = this.program;
    input.set(this.pictures.part(frame, region, BLAZE_SIDE));
    this.program.run();
    const regressors = output.subarray(0, ANCHOR_COUNT * VALUES);
    const scores = output.subarray(ANCHOR_COUNT * VALUES);
    return decodeFaces(regressors, scores, lowest).map((face) => mapFace(face, region.width, region));
  }

  warmUp(): void {
    this.program.input.fill(0);
    this.program.run();
  }

  close(): void {
    // The program's memory goes with the detector.
  }
}

function another(): RuntimeError {
  return new RuntimeError('detector-failed', 'The face detector is another one. Install the package again.');
}
