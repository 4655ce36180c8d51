/** What every recogniser looks like to the bench: from a frame on a canvas to faces with their expressions. */

export interface FrameResult {
  readonly faces: number;
  /** Milliseconds of the worker's stages, from those that tell them. */
  readonly stages?: Readonly<Record<string, number>>;
}

export interface Contestant {
  /** The whole call, from a canvas of the page to the result. `timestamp` is the frame's time in milliseconds. */
  readonly read: (canvas: HTMLCanvasElement, timestamp: number) => Promise<FrameResult>;
}

/** Loads what reading takes; the first frame may still compile and allocate. */
export type LoadContestant = () => Promise<Contestant>;

/** Folder of the WebAssembly files of TensorFlow.js 4.22.0, which both peers use. */
export const WASM_FOLDER = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/** Nobody may stop at fewer faces than a picture of the bench has. */
export const MOST_FACES = 50;
