/** Cross-validation of the images of `<qcs-train>`: one at a time, the newest counts. */
import type { ReactiveControllerHost } from 'lit';
import type { Assessment } from '../../../evaluation/crossValidation/assess.js';
import type { AssessmentProgress } from '../../../training/session/assessment.js';
import type { TrainingClient } from '../../../training/session/client.js';
import type { TrainingOptions } from '../../../training/config.js';

/** Test images from which on they suffice alone: Wilson's 95 % interval is then within 7 points of the value. */
export const ENOUGH_TO_TEST = 200;

export class Assessing {
  assessment: Assessment | null = null;
  /** Null while none is made. */
  progress: AssessmentProgress | null = null;
  private running = new AbortController();

  constructor(private readonly host: ReactiveControllerHost) {}

  /** @throws as `TrainingClient.assess` */
  async start(client: TrainingClient, options: TrainingOptions): Promise<void> {
    this.clear();
    const { signal } = this.running;
    this.tell({ stage: 'seeing', done: 0, total: 1 });
    try {
      const assessment = await client.assess(
        options,
        (progress) => {
          if (!signal.aborted) this.tell(progress);
        },
        signal,
      );
      if (!signal.aborted) this.assessment = assessment;
    } finally {
      if (!signal.aborted) this.tell(null);
    }
  }

  /** Forgets the last one, and ends the one under way. */
  clear(): void {
    this.running.abort();
    this.running = new AbortController();
    this.assessment = null;
    this.tell(null);
  }

  private tell(progress: AssessmentProgress | null): void {
    this.progress = progress;
    this.host.requestUpdate();
  }
}
