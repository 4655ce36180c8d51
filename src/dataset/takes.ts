/**
 * Takes of the camera: short recordings of one class in one go. All images of a take are one group, so that they share a split, and a take is made for
 * a split: what is learned and what is measured never come from the same seconds.
 */
import type { Split } from './sample.js';

/** What a take is for, in the order in which they are asked for. */
export const TAKE_PURPOSES = ['learn', 'check', 'test'] as const;
export type TakePurpose = (typeof TAKE_PURPOSES)[number];

export const SPLIT_OF: Readonly<Record<TakePurpose, Split>> = { learn: 'train', check: 'validation', test: 'test' };

export interface Take {
  /** Names it among all takes. */
  readonly group: string;
  readonly split: Split | null;
}

/** @param now milliseconds since 1970: two takes never begin in the same one */
export function newTake(purpose: TakePurpose, now: number): Take {
  return { group: `take-${purpose}-${now.toString(36)}`, split: SPLIT_OF[purpose] };
}
