/** The learning rate over time. */
import type { ScheduleConfig } from '../config.js';

/**
 * The factor on the learning rate at a step, counted from 0.
 * @param totalSteps of the whole run
 */
export function scheduleFactor(
  schedule: ScheduleConfig,
  step: number,
  stepsPerEpoch: number,
  totalSteps: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'exponential':
      return schedule.factor ** Math.floor(step / stepsPerEpoch);
    case 'cosine': {
      const { final } = schedule;
      const warmup = Math.min(schedule.warmupSteps, Math.floor(totalSteps / 2));
      if (step < warmup) return (step + 1) / warmup;
      const progress = Math.min(1, (step - warmup) / Math.max(1, totalSteps - 1 - warmup));
      return final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2;
    }
  }
}
