/** Who takes part in `npm run bench -- recognise`, and how each is set up. */

/** By the name under which its page loads it, with what a table says of it. */
export const CONTESTANTS = {
  'qcs-fer': 'qcs-fer',
  'qcs-fer-still': 'qcs-fer, as a photo',
  'qcs-fer-webgpu': 'qcs-fer, WebGPU',
  'human-uncached': 'Human, caches off',
  human: 'Human, caches as by default',
  'face-api': 'face-api, tiny detector',
  'face-api-ssd': 'face-api, its default detector',
} as const;

export type ContestantName = keyof typeof CONTESTANTS;

/** What all ratios are of. */
export const REFERENCE: ContestantName = 'qcs-fer';

export function isContestant(name: string): name is ContestantName {
  return Object.hasOwn(CONTESTANTS, name);
}
