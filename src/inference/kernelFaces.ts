/** BlazeFace on our own kernels over a frame's pixels: the detector of the page where nobody asks for another. */
import { PictureFaces } from '../detection/pictureFaces.js';
import { FrameReader, type HeldFrame } from '../faces/canvas.js';
import { type DetectorUrls, fetchDetector } from '../faces/detectorFiles.js';
import type { FaceSource, FaceSourceOptions } from './browserEngine.js';
import { RecognitionEngine } from './engine.js';

/** @throws RuntimeError `assets-missing`, `no-backend`, `detector-failed`; an aborted signal's reason */
export async function openKernelFaces(
  urls: Pick<DetectorUrls, 'detector'>,
  { kernels, signal, onBytes, early }: FaceSourceOptions,
): Promise<FaceSource> {
  const faces = await PictureFaces.create(await fetchDetector(urls.detector, { signal, onBytes, early }), kernels);
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
        // What is held smaller than it is was reduced by the browser, in a way of its own.
        readFaces: async ({ frame, detail }, places) =>
          detail === undefined ? classifier.readFrame?.(frame, frame, places) : undefined,
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
        explain: async (frame, request) => engine.explain(reader.hold(frame), request),
      };
    },
  };
}
