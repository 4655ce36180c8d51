/** What is said of each followed face, an exponential mean over time. */
import { smoothingWeight } from './smoothing.js';

export class Steadied<Values> {
  private readonly latest = new Map<number, { readonly values: Values; readonly time: number }>();

  /** @param mix between two values, `weight` of the way from the old to the new */
  constructor(private readonly mix: (old: Values, fresh: Values, weight: number) => Values) {}

  /** Times in ms. */
  update(id: number, fresh: Values, timestamp: number, timeConstant: number): Values {
    const old = this.latest.get(id);
    const values =
      old === undefined ? fresh : this.mix(old.values, fresh, smoothingWeight(timestamp - old.time, timeConstant));
    this.latest.set(id, { values, time: timestamp });
    return values;
  }

  /** Forgets all faces but these. */
  keep(known: ReadonlySet<number>): void {
    for (const id of this.latest.keys()) if (!known.has(id)) this.latest.delete(id);
  }
}
