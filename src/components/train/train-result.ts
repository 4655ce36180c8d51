/** The third step of the Train tab: what training changed, and what to do with it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Interval } from '../../evaluation/intervals.js';
import { displayName } from '../../expressions.js';
import type { TrainingResult } from '../../training/session/protocol.js';
import { icon } from '../ui/icons.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { emit } from '../ui/events.js';
import { clock, percent } from '../ui/words.js';

const ENDS = {
  finished: 'Training is finished',
  early: 'Training ended early: validation no longer improved',
  stopped: 'Training was stopped',
} as const;

/**
 * @fires qcs-train-command - `use`, `download`, `go`.
 * @csspart comparison - Before and after.
 */
export class QcsTrainResult extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      section {
        min-inline-size: 0;
        padding: 24px;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      h2 {
        margin: 0 0 4px;
        font-size: 20px;
        font-weight: 600;
      }
      p {
        margin: 0;
        color: var(--_ink-soft);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-block-start: 16px;
      }
      .bars {
        display: grid;
        gap: 16px;
        margin-block-start: 16px;
      }
      .bar {
        display: grid;
        grid-template-columns: 8em minmax(0, 1fr) 13em;
        align-items: center;
        gap: 12px;
      }
      .track {
        position: relative;
        block-size: 20px;
        border-radius: 6px;
        background: var(--_raised);
        overflow: hidden;
      }
      .value {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0;
        border-radius: 6px;
        background: var(--_accent);
      }
      .before .value {
        background: var(--_ink-soft);
      }
      .interval {
        position: absolute;
        inset-block: 8px;
        block-size: 4px;
        background: var(--_ink);
        opacity: 0.75;
      }
      ul {
        margin: 8px 0 0;
        padding-inline-start: 20px;
      }
      li {
        color: var(--_ink-soft);
      }
      @media (max-width: 640px) {
        .bar {
          grid-template-columns: 1fr;
          gap: 4px;
        }
      }
    `,
  ];

  @property({ attribute: false }) result: TrainingResult | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { result } = this;
    if (result === null) return nothing;
    const { outcome } = result;
    const { before, after } = outcome;
    return html`<section part="comparison">
        <h2>${ENDS[outcome.end]}</h2>
        <p>
          ${outcome.steps} steps in ${clock(outcome.seconds)} on
          ${result.backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}. ${kept(outcome)}
        </p>
        ${
          after === null
            ? html`<p>No image was held out for a test, so nothing can be said about how good it is.</p>`
            : html`<div class="bars">
                ${this.renderPair('Accuracy', before?.accuracy ?? null, after.accuracy)}
                ${this.renderPair('Mean recall', before?.macroRecall ?? null, after.macroRecall)}
                <p>On ${after.n} held-out images; the thin line is the 95 % interval. ${verdict(outcome)}</p>
              </div>`
        }
        ${
          result.warnings.length === 0
            ? nothing
            : html`<ul>
                ${result.warnings.map((warning) => html`<li>${warning}</li>`)}
              </ul>`
        }
        <div class="actions">
          <button
            type="button"
            class="primary"
            ?disabled=${result.model === null}
            @click=${() => emit(this, 'qcs-train-command', { name: 'use' })}
          >
            ${icon('play')}Use in Recognise
          </button>
          <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'download' })}>
            ${icon('download')}Download the model
          </button>
          <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'go', step: 'train' })}>
            Train again
          </button>
        </div>
      </section>
      ${
        after === null
          ? nothing
          : html`<section>
              <qcs-confusion-matrix .classes=${result.classes} .counts=${after.confusion}></qcs-confusion-matrix>
              <ul>
                ${result.classes.map((name) => {
                  const { n, recall } = after.perClass[name];
                  return html`<li>
                    ${displayName(name)}: ${recall === null ? 'no test image' : `recall ${percent(recall)} of ${n}`}
                  </li>`;
                })}
              </ul>
            </section>`
      }`;
  }

  private renderPair(title: string, before: Interval | null, after: Interval): TemplateResult {
    return html`<div>
      <p>${title}</p>
      ${before === null ? nothing : renderBar('Before', before)} ${renderBar('After', after)}
    </div>`;
  }
}

function renderBar(name: string, { value, low, high }: Interval): TemplateResult {
  const share = (fraction: number) => `${(fraction * 100).toFixed(2)}%`;
  return html`<div class="bar ${name.toLowerCase()}">
    <span>${name}</span>
    <div class="track" aria-hidden="true">
      <div class="value" style="inline-size: ${share(value)}"></div>
      <div class="interval" style="inset-inline-start: ${share(low)}; inline-size: ${share(high - low)}"></div>
    </div>
    <span>${percent(value)} (${percent(low)} to ${percent(high)})</span>
  </div>`;
}

function kept({ keptEpoch }: TrainingResult['outcome']): string {
  return keptEpoch === 0
    ? 'No epoch was better on the validation images than the model it began with, so that model’s weights were kept.'
    : `The weights of epoch ${keptEpoch} were kept.`;
}

/** Overlapping intervals say nothing yet. */
function verdict({ before, after, keptEpoch }: TrainingResult['outcome']): string {
  if (after === null || (before !== null && keptEpoch === 0)) return '';
  if (before === null) return 'The model it began with knows nothing of some of these classes, so there is no before.';
  if (after.accuracy.low > before.accuracy.high) return 'The gain is larger than chance explains.';
  if (after.accuracy.high < before.accuracy.low) return 'It has become worse: the model it began with is better here.';
  return 'The intervals overlap: more test images are needed to tell the two apart.';
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-result': QcsTrainResult;
  }
}
