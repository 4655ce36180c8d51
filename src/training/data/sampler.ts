/**
 * Which images make a step. Every step is a function of (seed, step): nothing has to be remembered to go on after a break. Sampling as in QCS
 * (Wang et al., AAAI 2025) and ARM (minimal random resampling; Shi and Zhu, 2021).
 */
import { Random } from '../../base/random.js';
import { TrainingError } from '../../errors.js';
import type { SamplerName, TrainingConfig } from '../config.js';

/** One image with the seed of its augmentation. */
export interface Draw {
  /** Index into the training samples. */
  readonly index: number;
  readonly seed: number;
}

/** 4 branches: anchor, positive, negative, second negative. 2: anchor, positive. 1: anchor. */
export type BranchCount = 1 | 2 | 4;
export type Tuple = readonly Draw[];

/** Streams of chance that must not depend on each other. */
const EPOCH_STREAM = 1;
const STEP_STREAM = 2;

export class TupleSampler {
  /** What an epoch counts, see `epochOf`: so many anchors, or images. */
  readonly epochSize: number;
  readonly stepsPerEpoch: number;
  private readonly members: readonly (readonly number[])[];
  private readonly present: readonly number[];
  private order: { epoch: number; anchors: readonly number[] } | null = null;

  /**
   * @param labels class index of every training sample
   * @param epochOf what an epoch counts
   * @throws TrainingError `data-too-few` without samples, or with one class where negatives are needed
   */
  constructor(
    private readonly labels: readonly number[],
    classCount: number,
    private readonly name: SamplerName,
    private readonly branches: BranchCount,
    private readonly batchSize: number,
    private readonly seed: number,
    epochOf: TrainingConfig['epochOf'] = 'anchors',
  ) {
    this.members = Array.from({ length: classCount }, (_, label) =>
      labels.flatMap((other, index) => (other === label ? [index] : [])),
    );
    this.present = this.members.flatMap((members, label) => (members.length > 0 ? [label] : []));
    if (this.present.length < (branches === 4 ? 2 : 1)) {
      throw new TrainingError('data-too-few', 'Training needs images of at least two classes. Add some and try again.');
    }
    const smallest = Math.min(...this.present.map((label) => this.members[label].length));
    this.epochSize = name === 'mrr' ? smallest * this.present.length : labels.length;
    const counted = epochOf === 'images' ? branches * batchSize : batchSize;
    this.stepsPerEpoch = Math.max(1, Math.floor(this.epochSize / counted));
  }

  /** The tuples of a step, counted from 0. */
  step(step: number): Tuple[] {
    const random = Random.at(this.seed, STEP_STREAM, step);
    return Array.from({ length: this.batchSize }, (_, place) => this.tuple(this.anchor(step, place, random), random));
  }

  private tuple(anchor: number, random: Random): Tuple {
    const draw = (index: number): Draw => ({ index, seed: random.integer(2 ** 32) });
    if (this.branches === 1) return [draw(anchor)];
    const pair = [draw(anchor), draw(this.partner(anchor, random))];
    if (this.branches === 2) return pair;
    const negative = this.negative(this.labels[anchor], random);
    return [...pair, draw(negative), draw(this.partner(negative, random))];
  }

  private anchor(step: number, place: number, random: Random): number {
    if (this.name === 'q1') return random.pick(this.members[random.pick(this.present)]);
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (this.order?.epoch !== epoch) this.order = { epoch, anchors: this.epochOrder(epoch) };
    const position = (step % this.stepsPerEpoch) * this.batchSize + place;
    return this.order.anchors[position % this.order.anchors.length];
  }

  private epochOrder(epoch: number): readonly number[] {
    const random = Random.at(this.seed, EPOCH_STREAM, epoch);
    const classes = this.present.map((label) => random.shuffle(this.members[label]));
    if (this.name === 'q0') return random.shuffle(classes.flat());
    const each = this.name === 'mrr' ? this.epochSize / classes.length : Math.ceil(this.epochSize / classes.length);
    const drawn = classes.flatMap((members) =>
      Array.from({ length: each }, (_, turn) => members[turn % members.length]),
    );
    return random.shuffle(drawn);
  }

  /** Another sample of the same class; a lone one is its own partner, in another augmentation. */
  private partner(index: number, random: Random): number {
    const members = this.members[this.labels[index]];
    if (members.length === 1) return index;
    const other = members[random.integer(members.length - 1)];
    return other === index ? members.at(-1)! : other;
  }

  private negative(label: number, random: Random): number {
    if (this.name === 'q0' || this.name === 'mrr') {
      const others = this.labels.length - this.members[label].length;
      let place = random.integer(others);
      for (const other of this.present) {
        if (other === label) continue;
        if (place < this.members[other].length) return this.members[other][place];
        place -= this.members[other].length;
      }
    }
    return random.pick(this.members[random.pick(this.present.filter((other) => other !== label))]);
  }
}
