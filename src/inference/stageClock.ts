/** How long the stages of one frame take, even where one of them waits while another is under way. */
import type { MirrorUse } from '../reading/mirror.js';
import type { Timing } from './observation.js';

type Stage = 'detect' | 'align' | 'infer';

export class StageClock {
  private readonly started = performance.now();
  private readonly stages: Record<Stage, number> = { detect: 0, align: 0, infer: 0 };

  /** Counts what `work` takes to a stage. */
  async time<Result>(stage: Stage, work: () => Result | Promise<Result>): Promise<Result> {
    return this.count(stage, 1, work);
  }

  /** Takes what `work` takes off a stage that is under way around it. */
  async pause<Result>(stage: Stage, work: () => Result | Promise<Result>): Promise<Result> {
    return this.count(stage, -1, work);
  }

  /** Milliseconds until now. */
  timing(mirror: MirrorUse | undefined): Timing {
    const total = performance.now() - this.started;
    return { ...this.stages, ...(mirror === undefined ? {} : { mirror }), total };
  }

  private async count<Result>(stage: Stage, sign: number, work: () => Result | Promise<Result>): Promise<Result> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.stages[stage] += sign * (performance.now() - began);
    }
  }
}
