/**
 * The one source of chance in data sets and training: sfc32 (Doty-Humphrey's small fast counter generator, 128 bits of state). Its state can be
 * written down and taken up again, which is what makes a resumed run equal an uninterrupted one.
 */

export type RandomState = readonly [number, number, number, number];

export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(seed: number | RandomState) {
    if (typeof seed !== 'number') {
      [this.a, this.b, this.c, this.counter] = seed;
      return;
    }
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 2 ** 32) >>> 0;
    for (let round = 0; round < 15; round++) this.word();
  }

  /** A generator of its own for every (seed, stream, position): what happens at a position depends on nothing before it. */
  static at(seed: number, stream: number, position: number): Random {
    const random = new Random([seed >>> 0, stream >>> 0, position >>> 0, 1]);
    for (let round = 0; round < 15; round++) random.word();
    return random;
  }

  get state(): RandomState {
    return [this.a, this.b, this.c, this.counter];
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** From the standard normal distribution (Box and Muller's transform). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A whole number from 0 to `count` - 1. */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** Index drawn with probability proportional to the weights. */
  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let rest = this.next() * total;
    for (let index = 0; index < weights.length; index++) {
      rest -= weights[index];
      if (rest < 0) return index;
    }
    return weights.findLastIndex((weight) => weight > 0);
  }

  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.integer(index + 1);
      [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
    }
    return shuffled;
  }

  private word(): number {
    const sum = (this.a + this.b + this.counter) >>> 0;
    this.counter = (this.counter + 1) >>> 0;
    this.a = (this.b ^ (this.b >>> 9)) >>> 0;
    this.b = (this.c + (this.c << 3)) >>> 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) >>> 0;
    return sum;
  }
}
