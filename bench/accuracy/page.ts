/** The page's side: one model, pictures in, probabilities and times out. Called by main.ts through Playwright. */
import { decodeInBrowser } from '../../src/dataset/browserImages.js';
import type { Contestant } from './contestant.js';
import { loadFaceApi } from './faceApi.js';
import { loadHuman } from './human.js';
import { loadOurs } from './ours.js';

const LOADERS: Readonly<Record<string, () => Promise<Contestant>>> = {
  'qcs-mobile': loadOurs,
  'face-api': loadFaceApi,
  human: loadHuman,
};

export interface Answer {
  readonly probabilities: readonly number[];
  /** From the decoded picture to the probabilities. */
  readonly milliseconds: number;
}

let contestant: Contestant | undefined;

/** Loads a model and runs it once, so that no compilation is timed. Returns its classes. */
export async function load(name: string): Promise<readonly string[]> {
  contestant = await LOADERS[name]();
  await contestant.classify(canvasOf({ width: 48, height: 48, data: new Uint8ClampedArray(48 * 48 * 4) }));
  return contestant.classes;
}

/** Classifies encoded pictures (base64). */
export async function classify(pictures: readonly string[]): Promise<Answer[]> {
  if (contestant === undefined) throw new Error('No model is loaded');
  const answers: Answer[] = [];
  for (const picture of pictures) {
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const canvas = canvasOf(await decodeInBrowser(bytes));
    const began = performance.now();
    const probabilities = await contestant.classify(canvas);
    answers.push({ probabilities, milliseconds: performance.now() - began });
  }
  return answers;
}

function canvasOf({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('The browser gives no 2d context');
  context.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}
