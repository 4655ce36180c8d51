/** The runs that ended here, in one table: named, deleted, and any two compared on the images that both were measured on. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { DatasetEntry } from '../../dataset/shelf.js';
import { asQcsError } from '../../errors.js';
import { isolated } from '../../expressions.js';
import { trainedLayers } from '../../training/config.js';
import type { TrainingClient } from '../../training/session/client.js';
import type { PastRun, RunEdit } from '../../training/session/runHistory.js';
import { emit } from '../ui/events.js';
import { formStyles, textField } from '../ui/form.js';
import { icon } from '../ui/icons.js';
import { sectionStyles } from '../ui/styles.js';
import { table, tableStyles } from '../ui/table.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { clock, counted } from '../ui/words.js';
import { compareWords } from './run-comparison.js';
import { withInterval } from './train-evidence/evidence-words.js';

const LEARNED = { last: 'last layer', heads: 'heads', all: 'everything' } as const;

/**
 * @fires qcs-train-command - `rerun`.
 * @fires qcs-use-model - The visitor wants to recognise with the model of a run.
 * @csspart runs - The table.
 */
export class QcsRunHistory extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    sectionStyles,
    formStyles,
    tableStyles,
    css`
      :host {
        display: block;
        margin-block-start: 16px;
      }
      h2 {
        margin-block-end: 12px;
        font-size: 18px;
      }
      .scrolling {
        overflow-x: auto;
      }
      :is(th, td) {
        min-inline-size: 3em;
        padding-inline-end: 12px;
      }
      thead th {
        white-space: nowrap;
      }
      td :is(form, .actions) {
        display: flex;
        flex-wrap: nowrap;
        gap: 4px;
        margin: 0;
      }
      .comparison,
      .comparison ~ * {
        margin-block-start: 12px;
      }
    `,
  ];

  @property({ attribute: false }) client: TrainingClient | null = null;
  /** The data sets that are there. */
  @property({ attribute: false }) datasets: readonly DatasetEntry[] = [];
  @state() private runs: readonly PastRun[] = [];
  /** The two to compare, by id. */
  @state() private chosen: readonly string[] = [];
  @state() private renaming: string | null = null;
  /** The two read the camera. */
  @state() private live = false;
  @state() private fault = '';

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('client') && this.client !== null) void this.attempt(this.client.runs());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { runs, fault } = this;
    if (runs.length === 0 && fault === '') return nothing;
    return html`<section part="runs">
      <h2>Runs so far</h2>
      ${fault === '' ? nothing : html`<p role="alert">${fault}</p>`}
      <div class="scrolling" tabindex="0" role="region" aria-label="Runs so far">
        ${table(
          ['Name', 'Ended', 'Data set', 'Learned', 'Took', 'Right', 'Before', 'On', 'Actions'],
          runs.map((run) => this.renderRun(run)),
        )}
      </div>
      ${this.renderComparison()}
    </section>`;
  }

  private renderRun(run: PastRun): readonly unknown[] {
    const { id, name, at, config, dataset, seconds, accuracy, before, n, folds } = run;
    return [
      html`<label class="check">
        <input
          type="checkbox"
          aria-label="Compare ${name}"
          .checked=${this.chosen.includes(id)}
          @change=${() => this.toggle(id)}
        />${name}
      </label>`,
      new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' }),
      dataset === undefined ? '\u2013' : this.datasetName(dataset),
      html`<span title=${`family ${config.family}, ${config.mode} mode, seed ${config.seed}`}
        >${LEARNED[trainedLayers(config)]}, ${counted(Object.keys(config.classes).length, 'class', 'classes')}</span
      >`,
      clock(seconds),
      accuracy === null ? '\u2013' : withInterval(accuracy),
      before === null ? '\u2013' : withInterval(before),
      n === 0 ? '\u2013' : `${counted(n, 'face', 'faces')}${folds === null ? '' : ', cross-validated'}`,
      this.renderActions(run),
    ];
  }

  /** As it is called now, or was when it was deleted. */
  private datasetName({ id, name }: DatasetEntry): string {
    const known = this.datasets.find((other) => other.id === id);
    return known === undefined ? `${isolated(name)} (deleted)` : known.name;
  }

  private renderActions(run: PastRun): TemplateResult {
    const { id, name, model } = run;
    if (this.renaming === id) {
      const rename = (event: SubmitEvent) => {
        event.preventDefault();
        const text = textField(event.target as HTMLFormElement, 'name').trim();
        this.renaming = null;
        if (text !== '') this.edit({ kind: 'rename', id, name: text });
      };
      return html`<form @submit=${rename}>
        <input type="text" name="name" aria-label="New name of ${name}" .value=${name} required />
        <button type="submit">Rename</button>
      </form>`;
    }
    return html`<span class="actions">
      <button
        type="button"
        class="quiet"
        ?disabled=${model === null}
        @click=${() => emit(this, 'qcs-use-model', { model })}
      >
        Use
      </button>
      <button
        type="button"
        class="quiet"
        title="With these settings, to be changed"
        @click=${() => emit(this, 'qcs-train-command', { name: 'rerun', run })}
      >
        Run again
      </button>
      <button type="button" class="quiet" @click=${() => (this.renaming = id)}>Rename</button>
      <button type="button" class="quiet" @click=${() => this.edit({ kind: 'remove', id })}>Delete</button>
    </span>`;
  }

  private renderComparison(): TemplateResult | typeof nothing {
    const [first, second] = this.chosen.flatMap((id) => this.runs.find((run) => run.id === id) ?? []);
    if (this.runs.length < 2) return nothing;
    if (first === undefined || second === undefined) {
      return html`<p class="comparison">Tick two runs to compare them.</p>`;
    }
    return html`<p class="comparison" role="status">${compareWords(first, second)}</p>
      ${this.renderLive(first, second)}`;
  }

  private renderLive(first: PastRun, second: PastRun): TemplateResult {
    if (this.live) {
      const models = [first, second].map(({ name, model }) => ({ name, model }));
      return html`<qcs-live-comparison
        .models=${models}
        @qcs-comparison-close=${() => (this.live = false)}
      ></qcs-live-comparison>`;
    }
    const gone = [first, second].filter(({ model }) => model === null);
    return html`<div class="actions">
      <button type="button" ?disabled=${gone.length > 0} @click=${() => (this.live = true)}>
        ${icon('camera')}Side by side on the camera
      </button>
      ${gone.length === 0 ? nothing : html`<p>The model of ${isolated(gone[0].name)} is not kept any more.</p>`}
    </div>`;
  }

  private toggle(id: string): void {
    const { chosen } = this;
    this.live = false;
    this.chosen = chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen.slice(-1), id];
  }

  private edit(edit: RunEdit): void {
    if (this.client !== null) void this.attempt(this.client.editRuns(edit));
  }

  private async attempt(asked: Promise<readonly PastRun[]>): Promise<void> {
    try {
      this.runs = await asked;
      this.fault = '';
    } catch (error) {
      const { code, message } = asQcsError(error);
      if (code !== 'disposed') this.fault = message;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-run-history': QcsRunHistory;
  }
}
