/** The third step of the Train tab: what training changed, and what to do with it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Interval } from '../../evaluation/intervals.js';
import { displayName } from '../../expressions.js';
import type { TrainingResult } from '../../training/session/protocol.js';
import { bar, barStyles } from '../ui/charts/bars.js';
import { icon } from '../ui/icons.js';
import { sectionStyles } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { emit } from '../ui/events.js';
import { clock, percent } from '../ui/words.js';

const ENDS = {
  finished: 'Training is finished',
  early: 'Training ended early: the faces kept aside showed no more gain',
  stopped: 'Training was stopped',
} as const;

/**
 * @fires qcs-train-command - `use`, `evaluate`, `download`, `go`.
 * @csspart comparison - Before and after.
 */
export class QcsTrainResult extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    sectionStyles,
    barStyles,
    css`
      :host {
        --_bar: 20px;
      }
      h2 {
        margin-block-end: 4px;
        font-size: 20px;
      }
      .actions,
      .pairs {
        margin-block-start: 16px;
      }
      .pairs {
        display: grid;
        gap: 16px;
      }
      .pair {
        display: grid;
        grid-template-columns: 8em minmax(0, 1fr) 13em;
        align-items: center;
        gap: 12px;
      }
      ul {
        margin-block-start: 8px;
        padding-inline-start: 20px;
        color: var(--_ink-soft);
        list-style: disc;
      }
      @media (max-width: 640px) {
        .pair {
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
          ${outcome.fit === null ? `${outcome.steps} steps in` : 'It took'} ${clock(outcome.seconds)} on
          ${result.backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}. ${kept(outcome)}
        </p>
        ${
          after === null
            ? html`<p>No image was held out for a test: this very model was not measured.</p>`
            : html`<div class="pairs">
                ${this.renderPair('How often it is right', 'Accuracy: right answers of all.', before?.accuracy ?? null, after.accuracy)}
                ${this.renderPair(
                  'The same, every class counting alike',
                  'Macro recall: the mean over the classes of how many of their faces were found.',
                  before?.macroRecall ?? null,
                  after.macroRecall,
                )}
                <p>${measuredOn(outcome, after.n)} The thin line is the 95 % interval. ${verdict(outcome)}</p>
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
          <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'evaluate' })}>
            Evaluate on these images
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
                    ${displayName(name)}:
                    ${recall === null ? '\u2013 (not tested)' : `${percent(recall)} of ${n} found`}
                  </li>`;
                })}
              </ul>
            </section>`
      }`;
  }

  private renderPair(title: string, term: string, before: Interval | null, after: Interval): TemplateResult {
    return html`<div>
      <p>${title} <qcs-term about=${title}>${term}</qcs-term></p>
      ${before === null ? nothing : renderBar('Before', before, 'var(--_ink-soft)')}
      ${renderBar('After', after, 'var(--_accent)')}
    </div>`;
  }
}

function renderBar(name: string, interval: Interval, colour: string): TemplateResult {
  const { value, low, high } = interval;
  return html`<div class="pair">
    <span>${name}</span>
    ${bar(interval, colour)}
    <span>${percent(value)} (${percent(low)} to ${percent(high)})</span>
  </div>`;
}

function measuredOn({ folds }: TrainingResult['outcome'], n: number): string {
  return folds === null
    ? `On ${n} test images that took no part in training.`
    : `On ${n} images, each read by a fit that had not seen it (cross-validation, ${folds} parts).`;
}

function kept({ keptEpoch, fit }: TrainingResult['outcome']): string {
  if (fit !== null) {
    return keptEpoch === 0
      ? 'No change was clearly better on images left out, so the model stayed as it was.'
      : 'Its last layer was fitted to these faces; all else stayed as it was.';
  }
  return keptEpoch === 0
    ? 'No round was better on the faces kept aside than the model it began with, so that model’s weights were kept.'
    : `The weights of round ${keptEpoch} were kept.`;
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
