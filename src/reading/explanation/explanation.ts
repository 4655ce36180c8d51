/** Which parts of a face a reading rests on, from the logits of the crop and of the crop with parts hidden. */
import type { Point } from '../../faces/geometry.js';
import type { Manifest } from '../../weights/manifest.js';
import type { CropMeasures } from '../measures.js';
import type { Prior } from '../prior.js';
import { probabilitiesOf } from '../probabilities.js';
import { FACE_REGIONS, patchRegions, type FaceRegion } from './regions.js';

/** What hiding one patch of the crop does to the reading. */
export interface PatchEffect {
  /** The probability of the expression that is left, 0..1. */
  readonly probability: number;
  /** How much the patch speaks for the expression: the logarithm of its odds (nats) falls by so much without it; negative where it speaks against. */
  readonly evidence: number;
  /** The same for the expression against the runner-up alone. */
  readonly evidenceAgainst: number;
}

/** What a part of the face adds to the evidence. */
export interface RegionEffect {
  /** Left and right are the person's own. */
  readonly region: FaceRegion;
  /** Its share of all evidence for the expression, 0..1; the shares of all regions sum to 1. */
  readonly share: number;
}

/** Why a face was read as it was. */
export interface Explanation {
  /** What is explained. */
  readonly expression: string;
  /** The runner-up. */
  readonly against: string;
  /** The probability of the expression for the crop as it is, seen once (photos are read twice, mirrored too), 0..1. */
  readonly probability: number;
  /** Patches a side. */
  readonly side: number;
  /** Row by row from the upper left of the aligned face, `side` x `side`. */
  readonly patches: readonly PatchEffect[];
  /** Where evidence for the expression lies, the largest share first. */
  readonly regions: readonly RegionEffect[];
  /** Where evidence for the expression against the runner-up lies, the largest share first. */
  readonly regionsAgainst: readonly RegionEffect[];
  /** The regions that together hold most of the evidence, at most three; empty where no patch matters. */
  readonly carriedBy: readonly FaceRegion[];
  /** The same for the evidence against the runner-up. */
  readonly carriedAgainst: readonly FaceRegion[];
  /** The probability that is left when all of `carriedBy` is hidden at once; that of the untouched face where there is none. */
  readonly probabilityWithout: number;
  /** The corners of the aligned face in the picture, px: upper left, upper right, lower right, lower left. */
  readonly corners: readonly [Point, Point, Point, Point];
}

/** What the network says of one crop. */
export type Logits = ArrayLike<number>;

/** What is asked of a crop's logits. */
export interface Question {
  readonly expression: string;
  readonly against: string;
  readonly measures: CropMeasures;
  readonly prior: Prior;
}

/** Evidence of a patch below this, in nats, is none: 8-bit arithmetic alone moves the odds by about as much. */
const NO_EVIDENCE = 0.05;
/** Regions are named until they hold this share of the evidence. */
const MOST = 0.55;
const MOST_NAMED = 3;
/** A patch is hidden with a region when at least this part of it belongs there. */
const BELONGS = 0.5;
/** Keeps odds finite. */
const LEAST = 1e-9;

/** @param shown logits of the crop as it is @param hidden those of the crop without each patch */
export function patchEffects(
  shown: Logits,
  hidden: readonly Logits[],
  question: Question,
  manifest: Pick<Manifest, 'classes' | 'temperature' | 'reading'>,
): { readonly probability: number; readonly patches: readonly PatchEffect[] } {
  const { classes } = manifest;
  const expression = classes.indexOf(question.expression);
  const against = classes.indexOf(question.against);
  // The measures are the untouched crop's: what is hidden is no fault of the picture.
  const read = (logits: Logits) => probabilitiesOf(logits, question.measures, manifest, question.prior);
  const odds = (row: Float64Array) => Math.log(Math.max(row[expression], LEAST) / Math.max(1 - row[expression], LEAST));
  const lead = (row: Float64Array) => Math.log(Math.max(row[expression], LEAST) / Math.max(row[against], LEAST));
  const whole = read(shown);
  return {
    probability: whole[expression],
    patches: hidden.map((logits) => {
      const row = read(logits);
      return {
        probability: row[expression],
        evidence: odds(whole) - odds(row),
        evidenceAgainst: lead(whole) - lead(row),
      };
    }),
  };
}

/** @param evidence of each patch, nats; what speaks against counts for nothing */
export function regionEffects(
  evidence: readonly number[],
  template: Manifest['input']['template'],
): readonly RegionEffect[] {
  const regions = patchRegions(template);
  const sums = new Map<FaceRegion, number>(FACE_REGIONS.map((region) => [region, 0]));
  evidence.forEach((nats, patch) => {
    for (const [region, part] of regions[patch]) sums.set(region, sums.get(region)! + part * Math.max(nats, 0));
  });
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0);
  return [...sums]
    .map(([region, sum]) => ({ region, share: total === 0 ? 0 : sum / total }))
    .toSorted((first, second) => second.share - first.share);
}

/** The regions that together hold most of the evidence, and none where it is too little to be told from arithmetic. */
export function carriers(evidence: readonly number[], effects: readonly RegionEffect[]): readonly FaceRegion[] {
  if (Math.max(...evidence) < NO_EVIDENCE) return [];
  const named: FaceRegion[] = [];
  let share = 0;
  for (const effect of effects) {
    if (share >= MOST || named.length === MOST_NAMED) break;
    named.push(effect.region);
    share += effect.share;
  }
  return named;
}

/** The patches that are hidden with some regions: those of which at least half belongs to them. */
export function patchesOf(named: readonly FaceRegion[], template: Manifest['input']['template']): readonly number[] {
  return patchRegions(template).flatMap((parts, patch) => {
    const belonging = named.reduce((sum, region) => sum + (parts.get(region) ?? 0), 0);
    return belonging >= BELONGS ? [patch] : [];
  });
}
