/** The second step of the Train tab while it runs: the faces of the current step, the curves, the figures. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { displayName } from '../../expressions.js';
import type { ConfusionCell } from '../ui/charts/confusion-matrix.js';
import { icon } from '../ui/icons.js';
import { thumbnail, type Thumbnails } from '../ui/thumbnails.js';
import { checkbox, formStyles } from '../ui/form.js';
import { progressStyles } from '../ui/progress.js';
import { row, sectionStyles } from '../ui/styles.js';
import { table, tableStyles } from '../ui/table.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { emit } from '../ui/events.js';
import { accuracyCurves, balanceCurves, lossCurves, type RunView } from './training-run.js';
import { byteSize, clock, counted, percent } from '../ui/words.js';
import { withInterval } from './train-evidence/evidence-words.js';

const STAGES = {
  tokens: 'Reading the images through the backbone',
  memory: 'Measuring how much fits in memory',
  fit: 'Fitting the last layer',
  before: 'Measuring the model as it is',
  after: 'Measuring the result',
} as const;
/** Images of a cell of the confusion matrix that are shown. */
const MOST_SHOWN = 60;

/**
 * @fires qcs-train-command - `pause`, `resume`, `stop`, `pause-when-hidden`.
 * @csspart figures - Speed, memory, time left.
 */
export class QcsTrainRunning extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    sectionStyles,
    progressStyles,
    formStyles,
    tableStyles,
    css`
      :host {
        --_inset: 16px;
      }
      .head,
      dl,
      .images {
        ${row};
        gap: 12px;
      }
      .head strong {
        min-inline-size: 11em;
      }
      dl {
        gap: 4px 24px;
        margin-block-start: 12px;
        font-size: 14px;
      }
      dl div {
        display: flex;
        gap: 6px;
      }
      dt {
        color: var(--_ink-soft);
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: 16px;
        align-items: start;
      }
      .stack {
        display: grid;
        gap: 16px;
        min-inline-size: 0;
      }
      @media (max-width: 960px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      h2 {
        margin-block-end: 12px;
        font-size: 16px;
      }
      .images {
        gap: 4px;
        margin-block-start: 12px;
      }
      .images img {
        inline-size: 56px;
        block-size: 56px;
        border-radius: 6px;
        object-fit: cover;
      }
      table {
        inline-size: 100%;
        margin-block-start: 12px;
        font-size: 14px;
      }
    `,
  ];

  @property({ attribute: false }) run: RunView | null = null;
  @property({ attribute: false }) classes: readonly string[] = [];
  /** Ids of the validation images, in the order of the predictions; empty until a run tells them. */
  @property({ attribute: false }) validated: readonly { readonly id: string; readonly label: number }[] = [];
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  @property({ type: Boolean }) paused = false;
  /** The step under way is the last one. */
  @property({ type: Boolean }) stopping = false;
  @property({ type: Boolean }) pauseWhenHidden = false;
  /** Which device runs, and why. */
  @property() device = '';
  /** What is being recovered from, in words; empty when all is well. */
  @property() notice = '';
  @state() private cell: ConfusionCell | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { run } = this;
    if (run === null) return nothing;
    const loss = lossCurves(run);
    const accuracy = accuracyCurves(run);
    const balance = balanceCurves(run);
    return html`<section>
        ${this.renderHead(run)} ${this.renderFigures(run)}
        ${this.notice === '' ? nothing : html`<p role="status">${icon('warning', 16)} ${this.notice}</p>`}
      </section>
      <div class="columns">
        <div class="stack">
          <section>
            <h2>
              What it found alike and unlike
              <qcs-term about="what it found alike and unlike">
                Cross similarity attention, of quadruplets of faces (QCS) or of pairs (DCS).
              </qcs-term>
            </h2>
            ${
              run.tuple === null || run.tuple.faces.every(({ attention }) => attention.length === 0)
                ? html`<p>The faces of the current step appear here.</p>`
                : html`<qcs-similarity-maps
                    .tuple=${run.tuple}
                    .attention=${run.attention}
                    .classes=${this.classes}
                    .thumbnails=${this.thumbnails}
                  ></qcs-similarity-maps>`
            }
          </section>
          ${this.renderValidation(run)}
        </div>
        <div class="stack">
          <section>
            <qcs-training-curves
              title="How far off its answers are"
              term="The loss: cross-entropy between its probabilities and the labels. Lower is better."
              .x=${loss.x}
              .curves=${loss.curves}
            ></qcs-training-curves>
          </section>
          <section>
            <qcs-training-curves
              title="How often it is right, %"
              term="Accuracy, on the training and on the validation split."
              .x=${accuracy.x}
              .curves=${accuracy.curves}
              .range=${[0, 100]}
            ></qcs-training-curves>
          </section>
          ${
            balance.curves.length === 0
              ? nothing
              : html`<section>
                  <qcs-training-curves
                    title="How much differences count against likenesses"
                    term="1 + tanh θ of the cross similarity attention, for each level. At 1 both count alike."
                    .x=${balance.x}
                    .curves=${balance.curves}
                  ></qcs-training-curves>
                </section>`
          }
        </div>
      </div>`;
  }

  private renderHead({ preparing, step }: RunView): TemplateResult {
    const [done, total] =
      preparing !== null ? [preparing.done, preparing.total] : [step?.step ?? 0, step?.totalSteps ?? 1];
    const title =
      preparing !== null
        ? STAGES[preparing.stage]
        : step === null
          ? 'Getting ready'
          : `Round ${step.epoch} of ${step.epochs}, step ${step.step} of ${step.totalSteps}`;
    const ending = this.stopping || preparing?.stage === 'after';
    return html`<div class="head">
      <strong>${this.stopping ? 'Stopping. ' : this.paused ? 'Paused. ' : ''}${title}</strong>
      <progress max=${total} value=${done} aria-label=${title}></progress>
      ${
        this.paused
          ? html`<button
              type="button"
              class="primary"
              @click=${() => emit(this, 'qcs-train-command', { name: 'resume' })}
            >
              ${icon('play')}Resume
            </button>`
          : html`<button
              type="button"
              ?disabled=${ending}
              @click=${() => emit(this, 'qcs-train-command', { name: 'pause' })}
            >
              ${icon('pause')}Pause
            </button>`
      }
      <button type="button" ?disabled=${ending} @click=${() => emit(this, 'qcs-train-command', { name: 'stop' })}>
        ${icon('stop')}Stop and keep
      </button>
      ${checkbox('Pause while this tab is hidden', this.pauseWhenHidden, (on) => emit(this, 'qcs-train-command', { name: 'pause-when-hidden', on }))}
    </div>`;
  }

  private renderFigures({ step, checkpointStep }: RunView): TemplateResult {
    const figures: readonly (readonly [string, string])[] =
      step === null
        ? []
        : [
            ['Time left', clock(step.secondsLeft)],
            ['Steps a second', step.stepsPerSecond.toPrecision(2)],
            ['Size of a step', step.learningRate.toExponential(1)],
            ['Memory', byteSize(step.memory.bytes)],
            ['Saved at step', String(checkpointStep)],
          ];
    const all = this.device === '' ? figures : [...figures, ['Device', this.device] as const];
    return html`<dl part="figures">
      ${all.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
  }

  private renderValidation({ epochs }: RunView): TemplateResult | typeof nothing {
    const validation = epochs.at(-1)?.validation;
    if (validation === undefined || validation === null) return nothing;
    return html`<section>
      <h2>
        ${withInterval(validation.accuracy)} right, on ${counted(validation.n, 'face', 'faces')} kept aside
        <qcs-term about="faces kept aside">
          The validation split, after epoch ${epochs.at(-1)?.epoch}. It chooses the weights that are kept; the test
          split does not.
        </qcs-term>
      </h2>
      <qcs-confusion-matrix
        .classes=${this.classes}
        .counts=${validation.confusion}
        .selected=${this.cell}
        @qcs-confusion-cell=${(event: CustomEvent<ConfusionCell>) => (this.cell = event.detail)}
      ></qcs-confusion-matrix>
      ${this.renderCell(validation.predicted)}
      ${table(
        ['Class', 'Found', 'Faces'],
        this.classes.map((name) => {
          const { recall, n } = validation.perClass[name];
          return [displayName(name), recall === null ? '\u2013' : percent(recall), n];
        }),
      )}
    </section>`;
  }

  private renderCell(predicted: readonly number[]): TemplateResult | typeof nothing {
    const { cell, thumbnails } = this;
    if (cell === null || thumbnails === null) return nothing;
    const matching = this.validated.filter(
      ({ label }, index) => label === cell.label && predicted[index] === cell.predicted,
    );
    return html`<div class="images">${matching.slice(0, MOST_SHOWN).map(({ id }) => thumbnail(thumbnails, id))}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-running': QcsTrainRunning;
  }
}
