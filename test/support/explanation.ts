/** Why a face looks happy, as a recogniser might tell: the mouth, and a little of the left cheek. */
import { PATCHES, PATCHES_A_SIDE } from '../../src/reading/explanation/occlusion.js';
import type { Explanation } from '../../src/reading/explanation/explanation.js';

/** The three patches over the mouth. */
const MOUTH = [37, 38, 39];

export const EXPLANATION: Explanation = {
  expression: 'happiness',
  against: 'surprise',
  probability: 0.93,
  side: PATCHES_A_SIDE,
  patches: Array.from({ length: PATCHES }, (_, patch) => {
    const nats = MOUTH.includes(patch) ? 1.4 : 0;
    return { probability: nats > 0 ? 0.77 : 0.93, evidence: nats, evidenceAgainst: nats / 2 };
  }),
  regions: [
    { region: 'mouth', share: 0.8 },
    { region: 'leftCheek', share: 0.2 },
  ],
  regionsAgainst: [{ region: 'mouth', share: 1 }],
  carriedBy: ['mouth'],
  carriedAgainst: ['mouth'],
  probabilityWithout: 0.31,
  corners: [
    { x: 20, y: 40 },
    { x: 70, y: 40 },
    { x: 70, y: 90 },
    { x: 20, y: 90 },
  ],
};
