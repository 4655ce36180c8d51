/** The second step of the Train tab before it runs: what to train, and a run that can go on. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { readinessOf, type ClassReadiness } from '../../dataset/readiness.js';
import { countByClass } from '../../dataset/sample.js';
import { hasHardwareGpu } from '../../gpu/device.js';
import type { DatasetView, RunOffer } from '../../training/session/protocol.js';
import { formStyles } from '../ui/form.js';
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
import { changedSettings, changeWords, moreSettings, moreSettingsStyles, type RunSetting } from './more-settings.js';
import { whyClosed, type Closed } from './start-conditions.js';

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
    moreSettingsStyles,
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
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
        gap: 12px;
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
            ${this.renderMode('quick', 'Quick', 'How it sees faces stays; what it makes of them is learned. Seconds to minutes, on any device.')}
            ${this.renderMode('full', 'Full', 'How it sees faces is learned too. Hours, and it needs a real graphics card.')}
          </div>
        </fieldset>
        <details ?open=${this.template !== null}>
          <summary>More settings</summary>
          ${moreSettings(this.settings, this.changed, (change) => this.set(change))}
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
            title="What these faces can say, in seconds, without training (cross-validation)"
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
        A ${config.mode} run was interrupted after ${step} steps (round ${epoch} of ${config.epochs}, ${clock(seconds)}
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

  private renderTemplate(template: PastRun): TemplateResult {
    const { name, config, dataset } = template;
    const missing = Object.values(config.classes)
      .flat()
      .filter((label) => !this.labels.some((own) => own.name === label));
    const changes = this.changesOf(template);
    const what =
      changes.length === 0
        ? 'Change one, and the two runs tell what it does.'
        : `Changed: ${changes.join(', ')}.${changes.length > 1 ? ' With one change alone, a difference tells what made it.' : ''}`;
    return html`<p class="template" role="status">
      These are the settings of ${isolated(name)}${dataset === undefined ? '' : `, on ${isolated(dataset.name)}`}.
      ${what} ${missing.length === 0 ? nothing : `Not here: ${missing.map(displayName).join(', ')}.`}
    </p>`;
  }

  /** Settings that differ from those of the run that is run again. */
  private get changed(): readonly RunSetting[] {
    return this.template === null ? [] : changedSettings(this.settings, settingsOf(this.template.config));
  }

  /** The same in words, the classes too. */
  private changesOf(template: PastRun): readonly string[] {
    const words = changeWords(this.changed);
    const classes = JSON.stringify(gatherClasses(this.labels, this.choice));
    return classes === JSON.stringify(template.config.classes) ? words : ['classes', ...words];
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

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-setup': QcsTrainSetup;
  }
}
