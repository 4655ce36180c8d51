/** How it is said which parts of a face a reading rests on. */
import type { FaceConditions } from '../../../inference/observation.js';
import type { recognise } from '../../../messages/recognise/en.js';
import type { Words } from '../../../messages/words.js';
import type { Explanation } from '../../../reading/explanation/explanation.js';
import type { FaceRegion } from '../../../reading/explanation/regions.js';

type FerWords = Words<typeof recognise>;

const PAIRS = [
  ['rightEye', 'leftEye', 'region.eyes'],
  ['rightBrow', 'leftBrow', 'region.brows'],
  ['rightCheek', 'leftCheek', 'region.cheeks'],
] as const satisfies readonly (readonly [FaceRegion, FaceRegion, string])[];

/** From here on, degrees, a head's turn is worth a word. */
const TURNED = 15;
/** Below this, pixels, a face's size is. */
const SMALL = 48;

/** "the mouth and the left brow", "both eyes": left and right are the person's own. */
export function regionList(words: FerWords, regions: readonly FaceRegion[]): string {
  const pairs = PAIRS.filter(([right, left]) => regions.includes(right) && regions.includes(left));
  const names = regions.flatMap((region) => {
    const pair = pairs.find((each) => each[0] === region || each[1] === region);
    if (pair === undefined) return [words.text(`region.${region}`)];
    // A pair stands where its first half does.
    return regions.findIndex((each) => each === pair[0] || each === pair[1]) === regions.indexOf(region)
      ? [words.text(pair[2])]
      : [];
  });
  return words.list(names, 'and');
}

/** "Mostly the mouth and the left brow.", or that no part carries it alone. */
export function carriedBy(words: FerWords, { carriedBy: regions }: Pick<Explanation, 'carriedBy'>): string {
  return regions.length === 0
    ? words.text('why.spread')
    : words.text('why.mostly', { regions: regionList(words, regions) });
}

/** What was seen when all of that was covered: "With that covered, happiness goes from 93 % to 31 %." */
export function proof(words: FerWords, told: Explanation): string {
  const expression = words.expression(told.expression);
  const share = words.percent(told.probability);
  if (told.carriedBy.length === 0) return words.text('why.stays', { expression, share });
  return words.text('why.covered', { expression, from: share, to: words.percent(told.probabilityWithout) });
}

/** "Rather than surprise: the mouth and both eyes." */
export function ratherThan(words: FerWords, told: Pick<Explanation, 'against' | 'carriedAgainst'>): string {
  const against = words.expression(told.against);
  return told.carriedAgainst.length === 0
    ? words.text('why.spreadAgainst', { against })
    : words.text('why.rather', { against, regions: regionList(words, told.carriedAgainst) });
}

/** What makes the reading less certain than one from the front: "Read with the head turned 24° and a face of 40 pixels: …"; undefined where nothing does. */
export function underConditions(words: FerWords, { yaw, pitch, size }: FaceConditions): string | undefined {
  const degrees = (angle: number) => `${words.number(Math.abs(Math.round(angle)))}°`;
  const conditions = [
    ...(Math.abs(yaw) >= TURNED ? [words.text('why.turned', { angle: degrees(yaw) })] : []),
    ...(pitch >= TURNED ? [words.text('why.up', { angle: degrees(pitch) })] : []),
    ...(pitch <= -TURNED ? [words.text('why.down', { angle: degrees(pitch) })] : []),
    ...(size < SMALL ? [words.text('why.small', { count: Math.round(size) })] : []),
  ];
  return conditions.length === 0
    ? undefined
    : words.text('why.conditions', { conditions: words.list(conditions, 'and') });
}
