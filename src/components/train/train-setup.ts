/** The second step of the Train tab before it runs: what to train, and a run that can go on. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { readinessOf, type ClassReadiness } from '../../dataset/readiness.js';
import { countByClass } from '../../dataset/sample.js';
import { hasHardwareGpu } from '../../gpu/device.js';
import type { DatasetView, RunOffer } from '../../training/session/protocol.js';
import { checkbox, formStyles, numberOf, selectField } from '../ui/form.js';
import { icon } from '../ui/icons.js';
import { row, sectionStyles } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { emit } from '../ui/events.js';
import {
  choiceOf,
  DEFAULT_TRAIN_SETTINGS,
  EVERY_LABEL,
  gatherClasses,
  settingsOf,
  toTrainRequest,
  type ClassChoice,
  type LabelCount,
  type RunSettings,
} from './train-settings-model.js';
import type { TrainingClient } from '../../training/session/client.js';
import type { PastRun } from '../../training/session/runHistory.js';
import { table, tableStyles } from '../ui/table.js';
import { clock } from '../ui/words.js';
import { displayName, isolated } from '../../expressions.js';
import { whyClosed, type Closed } from './start-conditions.js';

const FAMILIES = [
  ['last', 'Last layer, in seconds'],
  ['qcs', 'Quadruplets (QCS)'],
  ['dcs', 'Pairs (DCS)'],
  ['base', 'Base branch alone'],
] as const;

const BACKENDS = [
  ['auto', 'Automatic'],
  ['webgpu', 'WebGPU'],
  ['wasm', 'WebAssembly'],
] as const;

/** What makes a run, as the list of changes names it. */
const CHANGE_WORDS = {
  mode: 'how much',
  family: 'method',
  epochs: 'epochs',
  learningRate: 'learning rate',
  sam: 'sharpness-aware steps',
  seed: 'seed',
} as const satisfies Partial<Record<keyof RunSettings, string>>;

/**
 * @fires qcs-train-command - `start`, `assess`, `go`, `continue` or `discard-run`.
 * @csspart settings - The form.
 */
export class QcsTrainSetup extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    sectionStyles,
    formStyles,
    tableStyles,
    css`
      .offer {
        ${row};
        gap: 12px;
        border-color: var(--_accent);
      }
      .offer p {
        flex: 1;
        min-inline-size: 14em;
        color: inherit;
      }
      h2,
      fieldset,
      details {
        margin-block-end: 16px;
      }
      h2 {
        font-size: 18px;
      }
      legend {
        padding-block-end: 8px;
      }
      legend,
      summary {
        font-weight: 550;
      }
      .template {
        margin-block-end: 16px;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--_accent);
        color: var(--_ink);
      }
      .changed {
        padding-inline-start: 8px;
        border-inline-start: 3px solid var(--_accent);
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
        gap: 12px;
      }
      input[type='number'] {
        inline-size: 9em;
      }
      .division,
      .closed {
        margin-block: 16px;
      }
      .division :is(th, td):not(:first-child) {
        padding-inline-start: 24px;
        text-align: end;
      }
      .closed {
        display: grid;
        gap: 8px;
      }
      .closed [role='status'] {
        color: var(--_ink);
      }
    `,
  ];

  @property({ attribute: false }) view: DatasetView | null = null;
  @property({ attribute: false }) offer: RunOffer | null = null;
  /** Times the first steps. */
  @property({ attribute: false }) client: TrainingClient | null = null;
  /** The past run that is to be run again with a change. */
  @property({ attribute: false }) template: PastRun | null = null;
  @state() private settings: RunSettings = DEFAULT_TRAIN_SETTINGS;
  private touched = false;
  @state() private choice: ClassChoice = EVERY_LABEL;
  /** There is nothing more to be had for a test. */
  @state() private untested = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.proposeMode();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { template } = this;
    if (!changed.has('template') || template === null) return;
    this.touched = true;
    this.settings = settingsOf(template.config);
    this.choice = choiceOf(template.config, this.labels);
  }

  protected override render(): TemplateResult {
    const { labels, choice } = this;
    const classes = this.readiness;
    const closed = whyClosed(classes, this.untested);
    return html`${this.offer === null ? nothing : this.renderOffer(this.offer)}
      <section part="settings">
        <h2>What to train</h2>
        ${this.template === null ? nothing : this.renderTemplate(this.template)}
        <fieldset>
          <legend>Classes</legend>
          <qcs-class-choice
            .labels=${labels}
            .choice=${choice}
            @qcs-class-choice=${({ detail }: CustomEvent<ClassChoice>) => (this.choice = detail)}
          ></qcs-class-choice>
        </fieldset>
        <fieldset>
          <legend>How much</legend>
          <div class="cards">
            ${this.renderMode('quick', 'Quick', 'The last layer or the heads learn. Seconds to minutes, on any device.')}
            ${this.renderMode('full', 'Full', 'Every weight learns, with sharpness-aware steps. Needs a real GPU.')}
          </div>
        </fieldset>
        <details ?open=${this.template !== null}>
          <summary>More settings</summary>
          ${this.renderMore()}
        </details>
        ${this.renderDivision(classes)}
        <div class="actions">
          <button
            type="button"
            class="primary"
            ?disabled=${closed !== null}
            aria-describedby=${closed === null ? nothing : 'closed'}
            @click=${() => this.ask('start')}
          >
            ${icon('play')}Start training
          </button>
          <button
            type="button"
            ?disabled=${classes.length < 2}
            title="Cross-validation, in seconds, without training"
            @click=${() => this.ask('assess')}
          >
            Check the faces first
          </button>
        </div>
        ${closed === null ? this.renderEstimate() : this.renderClosed(closed)}
      </section>`;
  }

  /** How many images of each class are learned from, checked and tested. */
  private renderDivision(classes: readonly ClassReadiness[]): TemplateResult {
    const cell = (count: number) => (count === 0 ? '\u2013' : count.toLocaleString());
    return html`<div class="division">
      ${table(
        ['Images', 'Learn', 'Check', 'Test'],
        classes.map(({ name, counts: { train, validation, test } }) => [
          displayName(name),
          cell(train),
          cell(validation),
          cell(test),
        ]),
      )}
    </div>`;
  }

  /** The last layer is fitted in seconds: there is nothing to estimate. */
  private renderEstimate(): TemplateResult | typeof nothing {
    const { settings } = this;
    if (settings.mode === 'quick' && settings.family === 'last') return nothing;
    const request = toTrainRequest({ ...settings, classes: gatherClasses(this.labels, this.choice) });
    return html`<qcs-run-estimate .client=${this.client} .request=${request}></qcs-run-estimate>`;
  }

  private renderClosed({ reason, wayOut }: Closed): TemplateResult {
    return html`<div class="closed">
      <p id="closed" role="status">${reason}</p>
      <div class="actions">
        <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'go', step: 'collect' })}>
          Back to Collect
        </button>
        ${
          wayOut === 'collect'
            ? nothing
            : html`<button type="button" @click=${() => (this.untested = true)}>Go on without</button>`
        }
      </div>
      ${
        wayOut === 'collect'
          ? nothing
          : html`<p>
              Without one, the result is an estimate by cross-validation: parts of the images take turns in being left
              out. Parts of one take are alike, so that it flatters.
            </p>`
      }
    </div>`;
  }

  /** Of the classes of the run. */
  private get readiness(): ClassReadiness[] {
    return readinessOf(this.view?.samples ?? [], gatherClasses(this.labels, this.choice), this.settings.seed);
  }

  /** Full training is the proposal where a real GPU is found, until the visitor chooses. */
  private async proposeMode(): Promise<void> {
    if (this.touched || !(await hasHardwareGpu()) || this.touched) return;
    this.settings = { ...this.settings, mode: 'full' };
  }

  private renderOffer({ step, epoch, config, seconds }: RunOffer): TemplateResult {
    return html`<section class="offer">
      ${icon('retry')}
      <p>
        A ${config.mode} run was interrupted after ${step} steps (epoch ${epoch} of ${config.epochs}, ${clock(seconds)}
        of training). It can go on as if nothing had happened.
      </p>
      <button type="button" class="primary" @click=${() => emit(this, 'qcs-train-command', { name: 'continue' })}>
        Go on
      </button>
      <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'discard-run' })}>Discard</button>
    </section>`;
  }

  private renderMode(mode: RunSettings['mode'], title: string, text: string): TemplateResult {
    return html`<label class="choice">
      <input
        type="radio"
        name="mode"
        value=${mode}
        .checked=${this.settings.mode === mode}
        @change=${() => this.set({ mode })}
      />
      <strong>${title}</strong><small>${text}</small>
    </label>`;
  }

  private renderTemplate({ name, config, dataset }: PastRun): TemplateResult {
    const missing = Object.values(config.classes)
      .flat()
      .filter((label) => !this.labels.some((own) => own.name === label));
    const changes = this.changes;
    const what =
      changes.length === 0
        ? 'Change one, and the two runs tell what it does.'
        : `Changed: ${changes.join(', ')}.${changes.length > 1 ? ' With one change alone, a difference tells what made it.' : ''}`;
    return html`<p class="template" role="status">
      These are the settings of ${isolated(name)}${dataset === undefined ? '' : `, on ${isolated(dataset.name)}`}.
      ${what} ${missing.length === 0 ? nothing : `Not here: ${missing.map(displayName).join(', ')}.`}
    </p>`;
  }

  /** What differs from the run that is run again. */
  private get changes(): readonly string[] {
    const { template, settings } = this;
    if (template === null) return [];
    const before = settingsOf(template.config);
    const changed = (Object.keys(CHANGE_WORDS) as (keyof typeof CHANGE_WORDS)[]).flatMap((key) =>
      settings[key] === before[key] ? [] : [CHANGE_WORDS[key]],
    );
    const classes = JSON.stringify(gatherClasses(this.labels, this.choice));
    return classes === JSON.stringify(template.config.classes) ? changed : ['classes', ...changed];
  }

  private renderMore(): TemplateResult {
    const { family, backend, epochs, learningRate, sam, mode, seed, pauseWhenHidden } = this.settings;
    return html`<div class="fields">
      ${this.marked(
        'family',
        selectField('Method', FAMILIES, family, (name) => this.set({ family: name })),
      )}
      ${selectField('Device', BACKENDS, backend, (name) => this.set({ backend: name }))}
      ${this.marked(
        'epochs',
        numberField('Epochs', epochs, { min: 1, max: 1000 }, (value) => this.set({ epochs: value })),
      )}
      ${this.marked(
        'learningRate',
        numberField('Learning rate', learningRate, { min: 1e-6, max: 1 }, (value) => this.set({ learningRate: value })),
      )}
      ${this.marked(
        'seed',
        numberField('Seed', seed, { min: 0, max: 2 ** 32 - 1 }, (value) => this.set({ seed: value ?? 1 })),
      )}
      ${this.marked(
        'sam',
        checkbox('Sharpness-aware steps (SAM)', sam ?? mode === 'full', (on) => this.set({ sam: on })),
      )}
      ${checkbox('Pause while this tab is hidden', pauseWhenHidden, (on) => this.set({ pauseWhenHidden: on }))}
    </div>`;
  }

  /** A field, marked where it differs from the run that is run again. */
  private marked(key: keyof typeof CHANGE_WORDS, field: TemplateResult): TemplateResult {
    return html`<div class=${this.changes.includes(CHANGE_WORDS[key]) ? 'changed' : ''}>${field}</div>`;
  }

  /** Labels that have images. */
  private get labels(): LabelCount[] {
    const { classes, samples } = this.view ?? { classes: [], samples: [] };
    const counts = countByClass(samples, classes);
    return classes.map((name, index) => ({ name, count: counts[index] })).filter(({ count }) => count > 0);
  }

  private set(change: Partial<RunSettings>): void {
    this.touched = true;
    this.settings = { ...this.settings, ...change };
  }

  private ask(name: 'start' | 'assess'): void {
    const classes = gatherClasses(this.labels, this.choice);
    emit(this, 'qcs-train-command', { name, settings: { ...this.settings, classes } });
  }
}

/** Empty is automatic: null. */
function numberField(
  title: string,
  value: number | null,
  { min, max }: { readonly min: number; readonly max: number },
  change: (value: number | null) => void,
): TemplateResult {
  return html`<label class="field">
    ${title}
    <input
      type="number"
      min=${min}
      max=${max}
      step=${max > 1 ? 1 : 'any'}
      placeholder="automatic"
      .value=${value === null ? '' : String(value)}
      @change=${(event: Event) => change(numberOf(event))}
    />
  </label>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-setup': QcsTrainSetup;
  }
}
