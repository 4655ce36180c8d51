/** What every model of the comparison looks like to the page. */

/** A model that names the expression of one aligned face. */
export interface Contestant {
  /** Its classes under the names of FERPlus, in the order of its probabilities. */
  readonly classes: readonly string[];
  /** The picture is taken whole. Probabilities sum to about 1, as the model gives them. */
  classify(canvas: HTMLCanvasElement): Promise<readonly number[]>;
}

/** Folder of the WebAssembly files of TensorFlow.js 4.22.0, which all three use. */
export const WASM_FOLDER = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/** Names that FER2013's users give the classes, as FERPlus calls them. */
const FERPLUS_NAMES: Readonly<Record<string, string>> = {
  neutral: 'neutral',
  happy: 'happiness',
  sad: 'sadness',
  angry: 'anger',
  fearful: 'fear',
  fear: 'fear',
  disgusted: 'disgust',
  disgust: 'disgust',
  surprised: 'surprise',
  surprise: 'surprise',
};

/** @throws RangeError for a name that stands for no class of FERPlus */
export function ferplusName(name: string): string {
  const known = FERPLUS_NAMES[name];
  if (known === undefined) throw new RangeError(`No FERPlus class is known for "${name}".`);
  return known;
}
