/** This project, as built in dist/. */
import type { Recognizer, RecognizeOptions, RecognizerOptions } from '../../../src/recognizer.js';
import { type LoadContestant, MOST_FACES } from './contestant.js';

interface Library {
  readonly createRecognizer: (options: RecognizerOptions) => Promise<Recognizer>;
}

/** Live: the path of a camera. Still: that of a photo, which searches small faces tile by tile in every call. */
export function ours(backend: 'wasm' | 'webgpu', mode: 'live' | 'still'): LoadContestant {
  return async () => {
    const address = '/dist/recognizer.js';
    const { createRecognizer } = (await import(/* @vite-ignore */ address)) as Library;
    const recognizer = await createRecognizer({ backend });
    return {
      read: async (canvas, timestamp) => {
        const options: RecognizeOptions = { mode, maxFaces: MOST_FACES, timestamp };
        const { faces, timing } = await recognizer.recognize(canvas, options);
        const { detect, align, infer, total } = timing;
        return { faces: faces.length, stages: { detect, align, infer, total } };
      },
    };
  };
}
