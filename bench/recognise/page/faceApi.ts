/** face-api.js (as kept up in `@vladmandic/face-api`). It has no caches; its default detector is the large one. */
import { type LoadContestant, WASM_FOLDER } from './contestant.js';

interface Net {
  loadFromUri(uri: string): Promise<void>;
}

interface FaceApi {
  readonly tf: {
    setWasmPaths(folder: string): void;
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
  };
  readonly nets: { readonly tinyFaceDetector: Net; readonly ssdMobilenetv1: Net; readonly faceExpressionNet: Net };
  readonly TinyFaceDetectorOptions: new (options: { readonly inputSize: number }) => object;
  readonly SsdMobilenetv1Options: new (options: { readonly maxResults: number }) => object;
  detectAllFaces(canvas: HTMLCanvasElement, options: object): { withFaceExpressions(): Promise<readonly unknown[]> };
}

const PACKAGE = '/node_modules/@vladmandic/face-api/';
/** Sides of its input, px and faces: its own defaults. */
const [INPUT_SIZE, MAX_RESULTS] = [416, 100];

export function faceApi(detector: 'tiny' | 'ssd'): LoadContestant {
  return async () => {
    const api = (await import(/* @vite-ignore */ `${PACKAGE}dist/face-api.esm.js`)) as FaceApi;
    api.tf.setWasmPaths(WASM_FOLDER);
    if (!(await api.tf.setBackend('wasm'))) throw new Error('face-api did not start on WebAssembly');
    await api.tf.ready();
    const [net, options] =
      detector === 'tiny'
        ? [api.nets.tinyFaceDetector, new api.TinyFaceDetectorOptions({ inputSize: INPUT_SIZE })]
        : [api.nets.ssdMobilenetv1, new api.SsdMobilenetv1Options({ maxResults: MAX_RESULTS })];
    await Promise.all([net, api.nets.faceExpressionNet].map((each) => each.loadFromUri(`${PACKAGE}model`)));
    return {
      read: async (canvas) => ({ faces: (await api.detectAllFaces(canvas, options).withFaceExpressions()).length }),
    };
  };
}
