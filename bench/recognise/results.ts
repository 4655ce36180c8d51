/** What `npm run bench -- recognise` measures, as recognise.json in bench/results keeps it. Times are in milliseconds, sizes in bytes. */
import type { ContestantName } from './contestants.js';

/** Lower quartile, median, upper quartile. */
export type Quartiles = readonly [number, number, number];

/** One contestant on one scene. */
export interface TurnResult {
  readonly contestant: ContestantName;
  /** Of the whole call. */
  readonly call: Quartiles;
  /** Its median, as a part of the reference's in the same run. */
  readonly ratio: number;
  /** The same of means, in which frames that take longer than most count in full. */
  readonly meanRatio: number;
  /** Found in a frame, mean. */
  readonly found: number;
  /** Medians of what its worker tells; empty for those that tell nothing. */
  readonly stages: Readonly<Record<string, number>>;
}

export interface SceneResult {
  readonly scene: string;
  /** On the picture. */
  readonly faces: number;
  readonly width: number;
  readonly height: number;
  readonly rounds: number;
  readonly turns: readonly TurnResult[];
}

/** From a navigation to the first face that is read, and to the whole result. */
export interface StartResult {
  readonly page: string;
  /** Nothing of the site in the browser's caches. */
  readonly cold: Quartiles;
  readonly coldComplete?: Quartiles;
  /** The third visit: files, and code that the browser keeps compiled, are there. */
  readonly warm: Quartiles;
  readonly warmComplete?: Quartiles;
  /** What a cold visit asks for, the page itself and its picture left out. */
  readonly requests: number;
  readonly bytes: number;
  /** The same files after Brotli, one by one. */
  readonly brotli: number;
}

/** What a page holds once a contestant has read some frames; all are more than what the page held before. */
export interface MemoryResult {
  readonly contestant: ContestantName;
  /** Of the renderer's process, where the system tells it. */
  readonly resident: number | null;
  /** WebAssembly memories, those of workers too. */
  readonly wasm: number;
  /** JavaScript of the page's own thread. */
  readonly pageHeap: number;
}

export interface ElementResult {
  readonly seconds: number;
  readonly ready: number;
  readonly frame: Quartiles;
  readonly interval: Quartiles;
  readonly longestTask: number;
}

export interface RecogniseResults {
  readonly machine: string;
  readonly scenes?: readonly SceneResult[];
  readonly counts?: readonly SceneResult[];
  readonly start?: readonly StartResult[];
  readonly memory?: readonly MemoryResult[];
  readonly element?: ElementResult;
}
