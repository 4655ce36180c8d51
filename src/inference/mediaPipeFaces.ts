/** BlazeFace in MediaPipe's own runtime, for those who ask for it. */
import { FrameReader, type Frame } from '../faces/canvas.js';
import { alignedCrop } from '../faces/crop.js';
import { FaceDetector } from '../faces/detector.js';
import type { DetectorUrls } from '../faces/detectorFiles.js';
import type { FaceSource, FaceSourceOptions } from './browserEngine.js';
import { RecognitionEngine } from './engine.js';

/** @throws as `FaceDetector.create` */
export async function openMediaPipeFaces(
  urls: DetectorUrls,
  { signal, onBytes }: Pick<FaceSourceOptions, 'signal' | 'onBytes'>,
): Promise<FaceSource> {
  const detector = await FaceDetector.create(urls, { signal, onBytes });
  return {
    close: () => detector.close(),
    engine: (loaded, classifier, firstId) => {
      const reader = new FrameReader();
      return new RecognitionEngine<Frame>({
        loaded,
        detector,
        renewDetector: async () => FaceDetector.create(urls),
        classifier,
        crop: (frame, keypoints) => alignedCrop(reader.over(frame), keypoints, loaded.manifest.input),
        readFaces: async (frame, places) => classifier.readFrame?.(frame, frame, places),
        firstId,
      });
    },
  };
}
