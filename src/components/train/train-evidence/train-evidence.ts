/** What few faces can say: pooled answers of cross-validation, beside what needs no training, and what to do about it. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Assessment } from '../../../evaluation/crossValidation/assess.js';
import type { LikelyMistake } from '../../../evaluation/crossValidation/likelyMistakes.js';
import type { Interval } from '../../../evaluation/intervals.js';
import { displayName } from '../../../expressions.js';
import type { AssessmentProgress } from '../../../training/session/assessment.js';
import type { DatasetEdit } from '../../../training/session/protocol.js';
import { bar, barStyles } from '../../ui/charts/bars.js';
import { emit } from '../../ui/events.js';
import { progressStyles } from '../../ui/progress.js';
import { sectionStyles } from '../../ui/styles.js';
import { table, tableStyles } from '../../ui/table.js';
import { thumbnail, type Thumbnails } from '../../ui/thumbnails.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { counted, percent } from '../../ui/words.js';
import {
  BASELINE_NAMES,
  baselineVerdict,
  divisionWords,
  learnerWords,
  withInterval,
  worthWords,
} from './evidence-words.js';

/** Labels shown for a second look. */
const MOST_MISTAKES = 12;

/**
 * @fires qcs-train-command - `edit`: a label is changed, or an image removed.
 * @csspart evidence - The figures.
 */
export class QcsTrainEvidence extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    sectionStyles,
    barStyles,
    tableStyles,
    progressStyles,
    css`
      :host {
        --_bar: 16px;
      }
      section {
        display: grid;
        gap: 16px;
      }
      h2 {
        font-size: 18px;
      }
      h3 {
        margin-block-end: 8px;
        font-size: 16px;
      }
      .headline {
        color: var(--_ink);
        font-size: 24px;
        font-weight: 600;
        line-height: 1.25;
      }
      .rows {
        display: grid;
        gap: 8px;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(0, 17em) minmax(0, 1fr) 11em;
        align-items: center;
        gap: 4px 12px;
      }
      .row.own {
        font-weight: 550;
      }
      .side {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr));
        gap: 24px;
      }
      .side > div {
        min-inline-size: 0;
      }
      td {
        padding-inline-start: 16px;
      }
      .mistakes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
        gap: 12px;
      }
      .mistakes li {
        display: grid;
        grid-template-columns: 72px minmax(0, 1fr);
        gap: 4px 12px;
      }
      .mistakes img {
        grid-row: 1 / 3;
        inline-size: 72px;
        block-size: 72px;
        border-radius: 6px;
        object-fit: cover;
      }
      .mistakes .actions {
        grid-column: 2;
      }
      .mistakes .actions button {
        min-block-size: 32px;
        padding-inline: 8px;
        font-size: 14px;
      }
      @media (max-width: 640px) {
        .row {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) assessment: Assessment | null = null;
  /** How far the next one is; null while none is made. */
  @property({ attribute: false }) progress: AssessmentProgress | null = null;
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  /** Labels that images can have. */
  @property({ attribute: false }) labels: readonly string[] = [];
  /** Images that were looked at. */
  @state() private settled: ReadonlySet<string> = new Set();

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('assessment')) this.settled = new Set();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { assessment, progress } = this;
    if (progress !== null) return this.renderProgress(progress);
    if (assessment === null) return nothing;
    return html`<section part="evidence">
        <h2>What these faces can say</h2>
        <p class="headline">${withInterval(assessment.accuracy)} right, on ${counted(assessment.n, 'face', 'faces')}</p>
        <p>
          ${divisionWords(assessment)} ${learnerWords(assessment)} In brackets is the 95 % interval, as if all faces
          were independent.
        </p>
        ${this.renderBaselines(assessment)}
        <div class="side">${this.renderClasses(assessment)} ${this.renderCurve(assessment)}</div>
      </section>
      ${this.renderMistakes(assessment)}`;
  }

  private renderProgress({ stage, done, total }: AssessmentProgress): TemplateResult {
    const words = stage === 'seeing' ? 'Looking at the faces' : 'Leaving faces out in turn';
    return html`<section role="status">
      <p>${words}: ${done} of ${total}</p>
      <progress max=${total} value=${done} aria-label=${words}></progress>
    </section>`;
  }

  private renderBaselines(assessment: Assessment): TemplateResult {
    return html`<div class="rows">
        ${renderRow('Learned from these faces', assessment.accuracy, 'var(--_accent)', 'own')}
        ${assessment.baselines.map(({ name, accuracy }) =>
          renderRow(BASELINE_NAMES[name], accuracy, 'var(--_ink-soft)'),
        )}
      </div>
      <p>${baselineVerdict(assessment)}</p>`;
  }

  private renderClasses({ classes, perClass }: Assessment): TemplateResult {
    return html`<div>
      <h3>By class</h3>
      ${table(
        ['Class', 'Faces', 'Found'],
        classes.map((name) => {
          const { n, recall } = perClass[name];
          return [displayName(name), n === 0 ? '\u2013' : n, withInterval(recall)];
        }),
      )}
    </div>`;
  }

  private renderCurve(assessment: Assessment): TemplateResult {
    return html`<div>
      <h3>With fewer faces to learn from</h3>
      <div class="rows">
        ${assessment.curve.map(({ share, images, accuracy }) =>
          renderRow(`${percent(share)}: ${Math.round(images)} faces`, accuracy, 'var(--_accent)'),
        )}
      </div>
      <p>${worthWords(assessment)}</p>
    </div>`;
  }

  private renderMistakes({ mistakes, classes }: Assessment): TemplateResult | typeof nothing {
    const open = mistakes.filter(({ id }) => !this.settled.has(id));
    if (open.length === 0) return nothing;
    return html`<section>
      <h2>${counted(open.length, 'label is', 'labels are')} worth a second look</h2>
      <p>
        Judged without them, these faces look surely like another class. The label may be wrong, or the face unusual.
      </p>
      <ul class="mistakes">
        ${open.slice(0, MOST_MISTAKES).map((mistake) => this.renderMistake(mistake, classes))}
      </ul>
    </section>`;
  }

  private renderMistake(
    { id, label, predicted, confidence }: LikelyMistake,
    classes: readonly string[],
  ): TemplateResult {
    const [own, other] = [displayName(classes[label]), displayName(classes[predicted])];
    return html`<li>
      ${thumbnail(this.thumbnails, id, { blank: html`<span></span>` })}
      <span>Labelled ${own}, looks like ${other}, ${percent(confidence)}</span>
      <div class="actions">
        <button type="button" @click=${() => this.settle(id)}>It is ${own}</button>
        ${
          // A class that gathers labels is none itself.
          this.labels.includes(classes[predicted])
            ? html`<button
                type="button"
                @click=${() => this.settle(id, { kind: 'relabel', ids: [id], label: classes[predicted] })}
              >
                Make it ${other}
              </button>`
            : nothing
        }
        <button type="button" @click=${() => this.settle(id, { kind: 'remove', ids: [id] })}>Delete</button>
      </div>
    </li>`;
  }

  private settle(id: string, edit?: DatasetEdit): void {
    this.settled = new Set([...this.settled, id]);
    if (edit !== undefined) emit(this, 'qcs-train-command', { name: 'edit', edit });
  }
}

function renderRow(name: string, interval: Interval, colour: string, kind = ''): TemplateResult {
  return html`<div class="row ${kind}">
    <span>${name}</span>${bar(interval, colour)}<span>${withInterval(interval)}</span>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-evidence': QcsTrainEvidence;
  }
}
