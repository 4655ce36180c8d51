/** The page's side: every clear reading of the largest face in a clip or a photo. */
import { analyseVideo } from '../../src/analysis/analyseVideo.js';
import { createRecognizer } from '../../src/inference/createRecognizer.js';
import type { Recognizer } from '../../src/inference/recognizer.js';
import type { Reading } from './restingFace.js';

let recognizer: Recognizer | undefined;

export async function load(): Promise<readonly string[]> {
  recognizer = await createRecognizer({ backend: 'wasm' });
  return recognizer.model.classes;
}

/**
 * The person who is seen longest; times in seconds.
 *
 * @param url of the file, served beside the page
 * @param rate frames a second
 */
export async function readClip(url: string, rate: number): Promise<readonly Reading[]> {
  const file = await (await fetch(url)).blob();
  const { people, rows, classes } = await analyseVideo(file, { ...started(), rate });
  const [longest] = people.toSorted((first, second) => second.rows - first.rows);
  return rows
    .filter(({ person, conditions }) => person === longest?.id && conditions.flags.length === 0)
    .map(({ time, probabilities }) => ({ time, probabilities: classes.map((name) => probabilities[name]) }));
}

/** The largest face; none where it is not clear. */
export async function readPhoto(url: string): Promise<readonly Reading[]> {
  const { recognizer: reader } = started();
  const { faces } = await reader.recognize(await (await fetch(url)).blob());
  return faces.slice(0, 1).map(({ probabilities }) => {
    return { time: 0, probabilities: reader.model.classes.map((name) => probabilities[name]) };
  });
}

function started(): { readonly recognizer: Recognizer } {
  if (recognizer === undefined) throw new Error('Nothing is loaded');
  return { recognizer };
}
