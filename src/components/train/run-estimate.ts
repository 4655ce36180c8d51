/** How long a run would take, timed on its first steps before it is started. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { asQcsError } from '../../errors.js';
import type { TrainingClient } from '../../training/session/client.js';
import type { RunEstimate, TrainRequest } from '../../training/session/protocol.js';
import { row } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { clock, counted } from '../ui/words.js';

/** @csspart estimate - What was found. */
export class QcsRunEstimate extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        ${row};
        gap: 8px 12px;
        margin-block-start: 12px;
      }
      :host([hidden]) {
        display: none;
      }
      p {
        flex: 1;
        min-inline-size: 16em;
        color: var(--_ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) client: TrainingClient | null = null;
  /** What would be run. */
  @property({ attribute: false }) request: TrainRequest | null = null;
  @state() private busy = false;
  @state() private estimate: RunEstimate | null = null;
  @state() private fault = '';
  /** What the estimate, or the fault, is of. */
  private timed = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('request') || this.timed === JSON.stringify(this.request)) return;
    this.estimate = null;
    this.fault = '';
  }

  protected override render(): TemplateResult {
    const { busy, estimate, fault } = this;
    return html`${
        busy
          ? html`<button type="button" @click=${() => this.client?.control('stop')}>Stop timing</button>`
          : html`<button type="button" @click=${() => void this.time()}>How long would it take?</button>`
      }
      <p role="status" part="estimate">
        ${busy ? 'Timing the first steps, of which nothing is kept' : estimate === null ? nothing : estimateWords(estimate)}
        ${fault}
      </p>`;
  }

  private async time(): Promise<void> {
    const { client, request } = this;
    if (client === null || request === null) return;
    this.busy = true;
    this.fault = '';
    this.timed = JSON.stringify(request);
    try {
      this.estimate = await client.time(request);
    } catch (error) {
      const { code, message } = asQcsError(error);
      if (code !== 'disposed') this.fault = message;
    } finally {
      this.busy = false;
    }
  }
}

/** "About 1:02:30: 1,200 steps of 3.1 s, as timed on 3 of them just now". */
export function estimateWords({ secondsAStep, steps, timed }: RunEstimate): string {
  const pace = secondsAStep < 10 ? secondsAStep.toPrecision(2) : String(Math.round(secondsAStep));
  return (
    `About ${clock(secondsAStep * steps)}: ${counted(steps, 'step', 'steps')} of ${pace} s, as timed on ${timed} of them just now. ` +
    'Reading the images before, and the checks after every epoch, come on top; it may end sooner where nothing improves.'
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-run-estimate': QcsRunEstimate;
  }
}
