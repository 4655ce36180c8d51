/** What is known of the faces of a whole video. Times are seconds from its first frame, boxes pixels of the video. */
import type { Box, FaceConditions, FaceObservation, Prior } from '../inference/observation.js';

/**
 * One person at one time. Of a video it is as the network read the frame, and nothing is smoothed over time; of a recorded camera session as the live picture
 * said it, smoothed, with its stable label.
 */
export interface AnalysisRow {
  readonly time: number;
  readonly person: number;
  /** The most probable class; in a recorded camera session the stable label. */
  readonly expression: string;
  /** Its probability, 0..1. */
  readonly confidence: number;
  /** By class name, in the model's order; sum 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  readonly box: Box;
  /** Under which conditions the face was read; `flags` says what kept it from being clear. */
  readonly conditions: FaceConditions;
}

/** A stretch of time: from the first frame without the face to the first with it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Somebody who was followed through the video, by place and by likeness within it. Nobody is recognised. */
export interface AnalysedPerson {
  /** Counted from 1, in the order of appearance. */
  readonly id: number;
  /** Times of the first and of the last row. */
  readonly first: number;
  readonly last: number;
  /** How many rows there are. */
  readonly rows: number;
  /** Stretches between `first` and `last` without the face. */
  readonly gaps: readonly Gap[];
}

export interface Analysis {
  /** Length in seconds. */
  readonly duration: number;
  /** Frames looked at a second. */
  readonly rate: number;
  /** How many frames were looked at. */
  readonly frames: number;
  /** Size of the frames in pixels, upright. */
  readonly width: number;
  readonly height: number;
  readonly people: readonly AnalysedPerson[];
  /** By time, then by person: one row a person and time. */
  readonly rows: readonly AnalysisRow[];
  /** Stretches in which nobody was seen. */
  readonly gaps: readonly Gap[];
  /** How many sightings were left out: of faces that were there for a moment only, which are mostly none. */
  readonly brief: number;
  readonly classes: readonly string[];
  readonly model: { readonly id: string; readonly version: string };
  readonly prior: Prior;
}

/** A face as a row needs it. */
export type RowFace = Pick<FaceObservation, 'expression' | 'confidence' | 'probabilities' | 'box' | 'conditions'>;
