/**
 * One contestant in a document of its own, `frame.html?NAME`: TensorFlow.js is one to a document, and both peers bring it. The documents of a run are
 * frames of one page, so that all compute in turn on one thread of one process, but for what a contestant gives to a worker.
 */
import type { ContestantName } from '../contestants.js';
import type { Contestant, FrameResult, LoadContestant } from './contestant.js';
import { faceApi } from './faceApi.js';
import { human } from './human.js';
import { ours } from './ours.js';

const LOADERS: Readonly<Record<ContestantName, LoadContestant>> = {
  'qcs-fer': ours('wasm', 'live'),
  'qcs-fer-still': ours('wasm', 'still'),
  'qcs-fer-webgpu': ours('webgpu', 'live'),
  'human-uncached': human('off'),
  human: human('default'),
  'face-api': faceApi('tiny'),
  'face-api-ssd': faceApi('ssd'),
};

export interface TimedFrame extends FrameResult {
  /** Milliseconds of the whole call. */
  readonly total: number;
}

export interface Seat {
  readonly load: () => Promise<void>;
  /** Puts the frame on this document's canvas, and reads it there. */
  readonly read: (frame: ImageBitmap, timestamp: number) => Promise<TimedFrame>;
}

const canvas = document.createElement('canvas');
let contestant: Contestant | undefined;

export const seat: Seat = {
  load: async () => {
    contestant = await LOADERS[location.search.slice(1) as ContestantName]();
  },
  read: async (frame, timestamp) => {
    if (contestant === undefined) throw new Error('The contestant was not loaded.');
    // Setting a side, even to what it is, takes the canvas's memory anew.
    if (canvas.width !== frame.width) canvas.width = frame.width;
    if (canvas.height !== frame.height) canvas.height = frame.height;
    canvas.getContext('2d')?.drawImage(frame, 0, 0);
    const begun = performance.now();
    const result = await contestant.read(canvas, timestamp);
    return { ...result, total: performance.now() - begun };
  },
};
