/** The second step of the Train tab before it runs: what to train, and a run that can go on. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { countByClass } from '../../dataset/sample.js';
import { hasHardwareGpu } from '../../gpu/device.js';
import type { DatasetView, RunOffer } from '../../training/session/protocol.js';
import { icon } from '../ui/icons.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { emit } from '../ui/events.js';
import {
  DEFAULT_TRAIN_SETTINGS,
  EVERY_LABEL,
  gatherClasses,
  type ClassChoice,
  type LabelCount,
  type TrainSettings,
} from './train-settings-model.js';
import { clock } from '../ui/words.js';

type Settings = Omit<TrainSettings, 'classes'>;

/**
 * @fires qcs-train-command - `start`, `continue` or `discard-run`.
 * @csspart settings - The form.
 */
export class QcsTrainSetup extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      section {
        padding: 24px;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      section.offer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px;
        border-color: var(--_accent);
      }
      .offer p {
        flex: 1;
        min-inline-size: 14em;
        margin: 0;
      }
      h2 {
        margin: 0 0 16px;
        font-size: 18px;
        font-weight: 600;
      }
      fieldset {
        margin: 0 0 16px;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 8px;
        font-weight: 550;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
        gap: 12px;
      }
      .card {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 8px;
        padding: 12px 16px;
        border: 1px solid var(--_line);
        border-radius: var(--_radius-control);
        cursor: pointer;
      }
      .card:has(:checked) {
        border-color: var(--_accent);
        background: color-mix(in oklab, var(--_accent) 8%, transparent);
      }
      .card span {
        grid-column: 2;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      input[type='radio'],
      input[type='checkbox'] {
        accent-color: var(--_accent);
        inline-size: 18px;
        block-size: 18px;
        margin: 2px 0;
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
      }
      label.line {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .more label {
        display: grid;
        gap: 4px;
        font-size: 14px;
      }
      .more label.line {
        display: flex;
      }
      select,
      input[type='number'] {
        min-block-size: 40px;
        padding: 4px 8px;
        border: 1px solid var(--_control-line);
        border-radius: var(--_radius-control);
        background: var(--_surface);
        color: var(--_ink);
        font: inherit;
      }
      input[type='number'] {
        inline-size: 9em;
      }
      details {
        margin-block-end: 16px;
      }
      summary {
        padding: 8px 0;
        cursor: pointer;
        font-weight: 550;
      }
      .note {
        color: var(--_ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) view: DatasetView | null = null;
  @property({ attribute: false }) offer: RunOffer | null = null;
  @state() private settings: Settings = DEFAULT_TRAIN_SETTINGS;
  private touched = false;
  @state() private choice: ClassChoice = EVERY_LABEL;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.proposeMode();
  }

  protected override render(): TemplateResult {
    const { labels, choice } = this;
    const few = Object.keys(gatherClasses(labels, choice)).length < 2;
    return html`${this.offer === null ? nothing : this.renderOffer(this.offer)}
      <section part="settings">
        <h2>What to train</h2>
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
            ${this.renderMode('quick', 'Quick', 'Only heads and cross similarity learn. Minutes, on any device.')}
            ${this.renderMode('full', 'Full', 'Every weight learns, with sharpness-aware steps. Needs a real GPU.')}
          </div>
        </fieldset>
        <details>
          <summary>More settings</summary>
          ${this.renderMore()}
        </details>
        <button type="button" class="primary" ?disabled=${few} @click=${this.start}>
          ${icon('play')}Start training
        </button>
        ${few ? html`<p class="note">Two classes with images are needed.</p>` : nothing}
      </section>`;
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

  private renderMode(mode: Settings['mode'], title: string, text: string): TemplateResult {
    return html`<label class="card">
      <input
        type="radio"
        name="mode"
        value=${mode}
        .checked=${this.settings.mode === mode}
        @change=${() => this.set({ mode })}
      />
      <strong>${title}</strong><span>${text}</span>
    </label>`;
  }

  private renderMore(): TemplateResult {
    const { family, backend, epochs, learningRate, sam, mode, seed, pauseWhenHidden } = this.settings;
    const number = (event: Event): number | null => {
      const { valueAsNumber } = event.target as HTMLInputElement;
      return Number.isFinite(valueAsNumber) ? valueAsNumber : null;
    };
    const text = (event: Event) => (event.target as HTMLSelectElement).value;
    return html`<div class="more">
      <label>
        Method
        <select .value=${family} @change=${(event: Event) => this.set({ family: text(event) as Settings['family'] })}>
          <option value="qcs">Quadruplets (QCS)</option>
          <option value="dcs">Pairs (DCS)</option>
          <option value="base">Base branch alone</option>
        </select>
      </label>
      <label>
        Device
        <select
          .value=${backend}
          @change=${(event: Event) => this.set({ backend: text(event) as Settings['backend'] })}
        >
          <option value="auto">Automatic</option>
          <option value="webgpu">WebGPU</option>
          <option value="wasm">WebAssembly</option>
        </select>
      </label>
      <label>
        Epochs
        <input
          type="number"
          min="1"
          max="1000"
          placeholder="automatic"
          .value=${epochs === null ? '' : String(epochs)}
          @change=${(event: Event) => this.set({ epochs: number(event) })}
        />
      </label>
      <label>
        Learning rate
        <input
          type="number"
          min="0.000001"
          max="1"
          step="any"
          placeholder="automatic"
          .value=${learningRate === null ? '' : String(learningRate)}
          @change=${(event: Event) => this.set({ learningRate: number(event) })}
        />
      </label>
      <label>
        Seed
        <input
          type="number"
          min="0"
          max="4294967295"
          .value=${String(seed)}
          @change=${(event: Event) => this.set({ seed: number(event) ?? 1 })}
        />
      </label>
      <label class="line">
        <input
          type="checkbox"
          .checked=${sam ?? mode === 'full'}
          @change=${(event: Event) => this.set({ sam: (event.target as HTMLInputElement).checked })}
        />
        Sharpness-aware steps (SAM)
      </label>
      <label class="line">
        <input
          type="checkbox"
          .checked=${pauseWhenHidden}
          @change=${(event: Event) => this.set({ pauseWhenHidden: (event.target as HTMLInputElement).checked })}
        />
        Pause while this tab is hidden
      </label>
    </div>`;
  }

  /** Labels that have images. */
  private get labels(): LabelCount[] {
    const { classes, samples } = this.view ?? { classes: [], samples: [] };
    const counts = countByClass(samples, classes);
    return classes.map((name, index) => ({ name, count: counts[index] })).filter(({ count }) => count > 0);
  }

  private set(change: Partial<Settings>): void {
    this.touched = true;
    this.settings = { ...this.settings, ...change };
  }

  private readonly start = (): void => {
    const classes = gatherClasses(this.labels, this.choice);
    emit(this, 'qcs-train-command', { name: 'start', settings: { ...this.settings, classes } });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-setup': QcsTrainSetup;
  }
}
