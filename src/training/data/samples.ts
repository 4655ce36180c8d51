/** The faces that a run trains and is measured on: labels as the run's classes see them, pixels in memory. */
import { argmax } from '../../base/softmax.js';
import type { Sample, Split } from '../../dataset/sample.js';
import { TrainingError } from '../../errors.js';
import type { TrainingConfig } from '../config.js';
import type { ByteFace } from './augment.js';

/** One labelled face. */
export interface TrainingSample {
  /** Of the data set's sample. */
  readonly id: string;
  /** Index of the class. */
  readonly label: number;
  /** Probabilities by class: votes, or 1 for the label. */
  readonly target: Float32Array;
  /** Samples of one group (a person, a burst) are never parted. */
  readonly group: string | null;
  readonly fromCamera: boolean;
  readonly face: ByteFace;
}

export type SplitSamples = Readonly<Record<Split, readonly TrainingSample[]>>;

export interface ClassLabel {
  readonly label: number;
  readonly target: Float32Array;
}

/** Turns the data set's labels and votes into the run's classes. Null for samples whose label belongs to no class. */
export function classLabeller(config: TrainingConfig): (sample: Pick<Sample, 'label' | 'votes'>) => ClassLabel | null {
  const names = Object.keys(config.classes);
  const indices = new Map(names.flatMap((name, index) => config.classes[name].map((label) => [label, index] as const)));
  return ({ label, votes }) => {
    const index = indices.get(label);
    if (index === undefined) return null;
    const target = new Float32Array(names.length);
    let total = 0;
    for (const [name, share] of config.softLabels && votes !== undefined ? Object.entries(votes) : []) {
      const voted = indices.get(name);
      if (voted === undefined) continue;
      target[voted] += share;
      total += share;
    }
    if (total === 0) target[index] = 1;
    else for (let at = 0; at < target.length; at++) target[at] /= total;
    // Several labels may gather in one class: the class that the votes favour counts, not the label's own.
    const best = argmax(target);
    return { label: target[index] === target[best] ? index : best, target };
  };
}

/** Why the run or its figures may be worth less than they seem, in sentences for people; empty when all is well. */
export function caveats(samples: SplitSamples, classes: readonly string[]): string[] {
  const warnings: string[] = [];
  const count = (split: Split, label: number) => samples[split].filter((sample) => sample.label === label).length;
  for (const [label, name] of classes.entries()) {
    const trained = count('train', label);
    if (trained < FEW_TO_TRAIN)
      warnings.push(`${name} has only ${trained} training images; ${FEW_TO_TRAIN} or more are advisable.`);
    const held = count('test', label);
    if (held < FEW_TO_MEASURE) {
      warnings.push(`${name} has only ${held} test images: its recall can be off by 20 points or more.`);
    }
  }
  if (samples.test.some(({ fromCamera }) => fromCamera) && samples.train.some(({ fromCamera }) => fromCamera)) {
    warnings.push(
      'The camera took training and test images alike: the figures say how well it reads the people who sat here, not how well it reads others.',
    );
  }
  return warnings;
}

const FEW_TO_TRAIN = 20;
/** Below this, Wilson's 95 % interval is wider than 40 points at a recall of one half. */
const FEW_TO_MEASURE = 20;

/** @throws TrainingError `data-empty`, `data-too-few` when training cannot start at all: every class needs a training image */
export function checkSamples({ train }: SplitSamples, classes: readonly string[]): void {
  if (train.length === 0) {
    throw new TrainingError(
      'data-empty',
      'No image of these classes is in the training split. Add images or choose classes.',
    );
  }
  const present = new Set(train.map(({ label }) => label));
  const missing = classes.filter((_, label) => !present.has(label));
  if (missing.length > 0) {
    throw new TrainingError(
      'data-too-few',
      `There is no training image of ${missing.join(', ')}. Add some, or train without it.`,
    );
  }
}
