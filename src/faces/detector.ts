/** MediaPipe's BlazeFace (short range) on the CPU: faces larger than about a tenth of the picture it is shown. */
import { FaceDetector as MediaPipeDetector } from '@mediapipe/tasks-vision';
import { ModelError, QcsError, RuntimeError } from '../errors.js';
import { fetchBytes } from '../weights/fetchBytes.js';
import { context2d, createCanvas, type AnyCanvas, type Frame } from './canvas.js';
import { assetsMissing, type DetectorUrls } from './detectorFiles.js';
import { USUAL_LOWEST, wholeFrame, type FrameDetector } from './frameDetector.js';
import { mapFace, type Box, type DetectedFace, type Point } from './geometry.js';
import { stopUsageLogging } from './usageLogging.js';
import { type LoadOptions, withVisionRuntime } from './visionRuntime.js';

export type { DetectorUrls } from './detectorFiles.js';

/** Side of the square picture that the network is shown, in pixels: twice its own 128, so that its own scaling has detail to work with. */
const CANVAS_SIDE = 256;
export class FaceDetector implements FrameDetector<Frame> {
  private readonly canvas = createCanvas(CANVAS_SIDE, CANVAS_SIDE);
  // In main memory: copying a canvas of the GPU to MediaPipe took a quarter longer on a machine without one.
  private readonly context = context2d(this.canvas, { willReadFrequently: true });
  private readonly detector: MediaPipeDetector;
  private readonly graphics: AnyCanvas;

  private constructor(detector: MediaPipeDetector, graphics: AnyCanvas) {
    this.detector = detector;
    this.graphics = graphics;
    this.context.imageSmoothingEnabled = true;
    this.context.imageSmoothingQuality = 'medium';
  }

  /**
   * @throws RuntimeError `assets-missing` when a file is not there, an aborted signal's reason, RuntimeError `detector-failed` for all else
   */
  static async create(urls: DetectorUrls, options: LoadOptions = {}): Promise<FaceDetector> {
    const { signal } = options;
    try {
      const model = fetchBytes(urls.detector, { signal });
      model.catch(() => undefined);
      const graphics = graphicsCanvas();
      const detector = await withVisionRuntime(urls, options, async (fileset) =>
        MediaPipeDetector.createFromOptions(fileset, {
          baseOptions: { modelAssetBuffer: await model, delegate: 'CPU' },
          canvas: graphics,
          runningMode: 'IMAGE',
          minDetectionConfidence: USUAL_LOWEST,
        }),
      );
      stopUsageLogging(detector);
      return new FaceDetector(detector, graphics);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof ModelError && cause.code === 'model-missing') throw assetsMissing(cause);
      if (cause instanceof QcsError) throw cause;
      throw new RuntimeError(
        'detector-failed',
        'The face detector did not start. Reload the page, or try a current browser.',
        { cause },
      );
    }
  }

  /** True when the browser has taken the detector's WebGL context away, as it does with a GPU that fails: create another detector. */
  get isLost(): boolean {
    return this.graphicsContext?.isContextLost() ?? false;
  }

  /** Null where the browser gives none. */
  private get graphicsContext(): WebGL2RenderingContext | WebGLRenderingContext | null {
    return this.graphics.getContext('webgl2') ?? this.graphics.getContext('webgl');
  }

  detect(frame: Frame, region: Box = wholeFrame(frame)): DetectedFace[] {
    this.draw(frame, region);
    const scale = region.width / CANVAS_SIDE;
    return this.run()
      .flatMap((detection) => readDetection(detection, CANVAS_SIDE))
      .map((face) => mapFace(face, scale, region))
      .toSorted((first, second) => second.score - first.score);
  }

  warmUp(): void {
    this.context.fillRect(0, 0, CANVAS_SIDE, CANVAS_SIDE);
    this.run();
  }

  close(): void {
    this.detector.close();
  }

  private run(): readonly Detection[] {
    let cause: unknown;
    try {
      const { detections } = this.detector.detect(this.canvas);
      // Without its context MediaPipe goes on and sees nothing.
      if (!this.isLost) return detections;
    } catch (error) {
      cause = error;
    }
    const advice =
      this.graphicsContext === null
        ? 'The face detector needs WebGL, which this browser does not give. Allow it hardware acceleration, or try another browser.'
        : 'The face detector stopped. Try again, or reload the page.';
    throw new RuntimeError('detector-failed', advice, { cause });
  }

  private draw(frame: Frame, region: Box): void {
    const { context } = this;
    const left = Math.max(region.x, 0);
    const top = Math.max(region.y, 0);
    const width = Math.min(region.x + region.width, frame.width) - left;
    const height = Math.min(region.y + region.height, frame.height) - top;
    const scale = CANVAS_SIDE / region.width;
    context.fillStyle = 'black';
    context.fillRect(0, 0, CANVAS_SIDE, CANVAS_SIDE);
    if (width <= 0 || height <= 0) return;
    context.drawImage(
      frame,
      left,
      top,
      width,
      height,
      (left - region.x) * scale,
      (top - region.y) * scale,
      width * scale,
      height * scale,
    );
  }
}

/** What MediaPipe draws on. WebKitGTK gives WebGL to canvases of the page alone. */
function graphicsCanvas(): AnyCanvas {
  if (typeof document === 'undefined') return createCanvas(1, 1);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  return canvas;
}

interface Detection {
  readonly boundingBox?: {
    readonly originX: number;
    readonly originY: number;
    readonly width: number;
    readonly height: number;
  };
  readonly categories: readonly { readonly score: number }[];
  readonly keypoints: readonly Point[];
}

/** BlazeFace's six points in its own order. */
function readDetection({ boundingBox, categories, keypoints }: Detection, side: number): DetectedFace[] {
  if (boundingBox === undefined || categories.length === 0 || keypoints.length < 6) return [];
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = keypoints.map(({ x, y }) => ({
    x: x * side,
    y: y * side,
  }));
  const { originX: x, originY: y, width, height } = boundingBox;
  return [
    {
      box: { x, y, width, height },
      score: categories[0].score,
      keypoints: { rightEye, leftEye, nose, mouth, rightEar, leftEar },
    },
  ];
}
