/** "Make this face": one expression after another, scored by how many of ten raters would name the face so. */
import type { Expression } from '../../expressions.js';

/** From the easiest to the hardest, for people and model. */
export const GAME_ORDER: readonly Expression[] = [
  'happiness',
  'surprise',
  'neutral',
  'anger',
  'sadness',
  'fear',
  'disgust',
  'contempt',
];

/** Milliseconds for one face. */
export const ROUND_TIME = 12_000;
/** A share that is as good as won, once it was held for some milliseconds. */
const GOAL = 0.8;
const HOLD = 700;

export interface Round {
  readonly expression: Expression;
  /** The largest share of raters so far, 0..1. */
  readonly best: number;
}

export class Game {
  /** Rounds that were begun, the newest last. */
  readonly rounds: Round[] = [{ expression: GAME_ORDER[0], best: 0 }];
  /** The share of the newest face, 0..1; undefined while none was clear. */
  share: number | undefined;
  /** Milliseconds that this round still has. */
  left = ROUND_TIME;
  isOver = false;
  private last: number | undefined;
  private held = 0;

  /** How many of ten raters, over all rounds; the most is ten a face. */
  get points(): number {
    return this.rounds.reduce((sum, { best }) => sum + tenths(best), 0);
  }

  /**
   * Takes in a reading. A round's time passes with its readings, so that it rests while the camera does.
   *
   * @param time milliseconds
   * @param shares of raters by class; undefined where no face was clear
   */
  add(time: number, shares: Readonly<Record<string, number>> | undefined): void {
    if (this.isOver) return;
    const passed = this.last === undefined ? 0 : Math.max(0, Math.min(time - this.last, LONGEST_STEP));
    this.last = time;
    const { expression, best } = this.rounds.at(-1)!;
    this.share = shares === undefined ? undefined : (new Map(Object.entries(shares)).get(expression) ?? 0);
    const share = this.share ?? 0;
    this.rounds[this.rounds.length - 1] = { expression, best: Math.max(best, share) };
    this.held = share >= GOAL ? this.held + passed : 0;
    this.left -= passed;
    if (this.left <= 0 || this.held >= HOLD) this.next();
  }

  /** On to the next face, or to the end. */
  next(): void {
    this.left = ROUND_TIME;
    this.held = 0;
    this.share = undefined;
    const following = GAME_ORDER.at(this.rounds.length);
    if (following === undefined) this.isOver = true;
    else this.rounds.push({ expression: following, best: 0 });
  }

  end(): void {
    this.isOver = true;
  }
}

/** A pause longer than this passes no more time than this, milliseconds. */
const LONGEST_STEP = 500;

/** Of ten raters. */
export function tenths(share: number): number {
  return Math.round(share * 10);
}
