/** BlazeFace on our own kernels over a frame's pixels: the detector of the page where nobody asks for another. */
import { PictureFaces } from '../detection/pictureFaces.js';
import { ModelError, RuntimeError } from '../errors.js';
import { FrameReader, type HeldFrame } from '../faces/canvas.js';
import { assetsMissing, type DetectorUrls } from '../faces/detectorFiles.js';
import { mapKeypoints } from '../faces/geometry.js';
import type { FramePlace } from '../plan/webgpu/classifier.js';
import { fetchBytes } from '../weights/fetchBytes.js';
import type { FaceSource, FaceSourceOptions } from './browserEngine.js';
import { RecognitionEngine } from './engine.js';

/** @throws RuntimeError `assets-missing`, `no-backend`, `detector-failed`; an aborted signal's reason */
export async function openKernelFaces(
  urls: Pick<DetectorUrls, 'detector'>,
  { kernels, signal, onBytes }: FaceSourceOptions,
): Promise<FaceSource> {
  const faces = await PictureFaces.create(await fetchDetector(urls.detector, signal, onBytes), kernels);
  return {
    close: () => faces.detector.close(),
    engine: (loaded, classifier, firstId) => {
      const reader = new FrameReader();
      const engine = new RecognitionEngine<HeldFrame>({
        loaded,
        detector: faces.detector,
        renewDetector: async () => Promise.resolve(faces.detector),
        classifier,
        glance: (picture) => faces.glance(picture),
        crop: (picture, keypoints) => faces.crop(picture, keypoints, loaded.manifest.input),
        readFaces: async ({ frame, width }, places) =>
          classifier.readFrame?.(frame, frame, scaled(places, frame.width / width)),
        firstId,
      });
      return {
        get backend() {
          return engine.backend;
        },
        model: engine.model,
        onLost: (listener) => engine.onLost(listener),
        warmUp: () => engine.warmUp(),
        forget: (stream) => engine.forget(stream),
        dispose: () => engine.dispose(),
        recognize: async (frame, request, onPartial) => engine.recognize(reader.hold(frame), request, onPartial),
      };
    },
  };
}

/** Places in a frame, of which they were found in a smaller copy. */
function scaled(places: readonly FramePlace[], scale: number): readonly FramePlace[] {
  if (scale === 1) return places;
  return places.map(({ keypoints, mirrored }) => ({ keypoints: mapKeypoints(keypoints, scale, ORIGIN), mirrored }));
}

const ORIGIN = { x: 0, y: 0 };

async function fetchDetector(
  url: URL,
  signal: AbortSignal,
  onBytes: (loaded: number, total: number) => void,
): Promise<Uint8Array> {
  try {
    return await fetchBytes(url, { signal, onBytes: (received) => onBytes(received, 0) });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ModelError && cause.code === 'model-missing') throw assetsMissing(cause);
    throw new RuntimeError('detector-failed', 'The face detector could not be loaded. Reload the page.', { cause });
  }
}
