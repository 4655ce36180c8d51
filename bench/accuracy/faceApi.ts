/**
 * face-api.js (as kept up in @vladmandic/face-api): its own `recognizeFaceExpressions` on the whole picture. It draws the canvas at
 * 112 x 112 by the browser's own scaling, subtracts the mean of VGG and divides by 255.
 */
import { ferplusName, WASM_FOLDER, type Contestant } from './contestant.js';

interface FaceApi {
  readonly tf: {
    setWasmPaths(folder: string): void;
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
  };
  readonly nets: { readonly faceExpressionNet: { loadFromUri(uri: string): Promise<void> } };
  recognizeFaceExpressions(canvas: HTMLCanvasElement): Promise<Readonly<Record<string, number>>>;
}

/** The order of FACE_EXPRESSION_LABELS in its sources. There is no contempt. */
const LABELS = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'];
const PACKAGE = '/node_modules/@vladmandic/face-api/';

export async function loadFaceApi(): Promise<Contestant> {
  const faceApi = (await import(/* @vite-ignore */ `${PACKAGE}dist/face-api.esm.js`)) as FaceApi;
  faceApi.tf.setWasmPaths(WASM_FOLDER);
  if (!(await faceApi.tf.setBackend('wasm'))) throw new Error('face-api did not start on WebAssembly');
  await faceApi.tf.ready();
  await faceApi.nets.faceExpressionNet.loadFromUri(`${PACKAGE}model`);
  return {
    classes: LABELS.map(ferplusName),
    classify: async (canvas) => {
      const expressions = await faceApi.recognizeFaceExpressions(canvas);
      return LABELS.map((label) => expressions[label]);
    },
  };
}
