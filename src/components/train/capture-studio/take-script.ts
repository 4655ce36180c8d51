/** What a take asks of the person before the camera, and in which order. */
import type { TakePurpose } from '../../../dataset/takes.js';

export interface TakeScript {
  /** Faces to take. */
  readonly faces: number;
  /** Said before it begins. */
  readonly before: string;
  /** Said one after the other, each for an equal part of the faces. */
  readonly prompts: readonly string[];
}

/** Faces of a take to learn from; the others are half as long. */
export const TAKE_LENGTHS = { short: 12, normal: 24, long: 48 } as const;
export type TakeLength = keyof typeof TAKE_LENGTHS;

const SCRIPTS: Readonly<Record<TakePurpose, Omit<TakeScript, 'faces'>>> = {
  learn: {
    before: 'Take your time. Hold it while you move a little.',
    prompts: [
      'Look at the camera',
      'Turn a little to the left',
      'Turn a little to the right',
      'Chin up a little, then down',
      'Lean back',
      'Come closer',
    ],
  },
  check: {
    before: 'Relax your face first, then make it once more.',
    prompts: ['Look at the camera', 'Turn a little to both sides'],
  },
  test: {
    before: 'Change something first: another seat, other light, glasses on or off. Then make it once more.',
    prompts: ['Look at the camera', 'Turn a little to both sides', 'Move back a little'],
  },
};

export function scriptOf(purpose: TakePurpose, length: TakeLength): TakeScript {
  const faces = TAKE_LENGTHS[length];
  return { ...SCRIPTS[purpose], faces: purpose === 'learn' ? faces : faces / 2 };
}

/** What is said after so many faces. */
export function promptAt({ prompts, faces }: TakeScript, taken: number): string {
  return prompts[Math.min(prompts.length - 1, Math.floor((taken * prompts.length) / faces))];
}

export const PURPOSE_NAMES: Readonly<Record<TakePurpose, string>> = { learn: 'Learn', check: 'Check', test: 'Test' };

export const PURPOSE_MEANINGS: Readonly<Record<TakePurpose, string>> = {
  learn: 'The model learns from these faces',
  check: 'These faces decide when to stop learning',
  test: 'These faces measure the result, and the model never learns from them',
};
