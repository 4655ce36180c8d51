/** Milliseconds by stage and frames a second, over the last few seconds. */
import { median } from '../base/numbers.js';
import type { FrameObservation, Timing } from '../inference/observation.js';

/** Figures cover this many milliseconds. */
const WINDOW = 3000;

interface Entry {
  readonly at: number;
  readonly timing: Timing;
}

export interface Pace {
  /** Medians over the window, milliseconds; and whether any frame was read mirrored. */
  readonly timing: Timing;
  /** Undefined for a single picture. */
  readonly framesPerSecond: number | undefined;
}

export class PaceMeter {
  private entries: Entry[] = [];

  /** @param now milliseconds of a steady clock */
  add(observation: FrameObservation, now: number): void {
    this.entries.push({ at: now, timing: observation.timing });
    this.entries = this.entries.filter((entry) => entry.at > now - WINDOW);
  }

  clear(): void {
    this.entries = [];
  }

  get pace(): Pace | undefined {
    const first = this.entries[0];
    const last = this.entries.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const of = (stage: Exclude<keyof Timing, 'mirror'>) => median(this.entries.map((entry) => entry.timing[stage]));
    const mirror = this.entries.find(({ timing }) => timing.mirror !== undefined)?.timing.mirror;
    const seconds = (last.at - first.at) / 1000;
    return {
      timing: {
        detect: of('detect'),
        align: of('align'),
        infer: of('infer'),
        total: of('total'),
        ...(mirror === undefined ? {} : { mirror }),
      },
      framesPerSecond: seconds > 0.5 ? (this.entries.length - 1) / seconds : undefined,
    };
  }
}
