/** What to measure, and how: data, models, labels, damage, groups. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FerplusRule } from '../../../dataset/ferplus.js';
import type { Split } from '../../../dataset/sample.js';
import type { DataSurvey } from '../../../evaluation/protocol.js';
import { displayName } from '../../../expressions.js';
import type { BackendPreference } from '../../../inference/observation.js';
import { emit } from '../../ui/events.js';
import { evaluateForm } from './evaluate-form.styles.js';
import {
  ALL_CORRUPTIONS,
  corruptionName,
  countsOf,
  splitsOf,
  type EvaluateSettings,
  type ModelOption,
} from '../evaluate-settings.js';
import { expressionIcon } from '../../ui/icons.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';

const LAYOUTS: Readonly<Record<DataSurvey['layout'], string>> = {
  ferplus: 'FERPlus',
  list: 'CSV list',
  folders: 'Folders by class',
};

/**
 * The form of the Evaluate tab.
 *
 * @fires qcs-evaluate-command - `change`, `add-model`, `choose-groups`, `start`, `reset`.
 */
export class QcsEvaluateSetup extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    evaluateForm,
    css`
      .classes {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .classes li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        color: var(--_ink-soft);
      }
      .classes strong {
        color: var(--_ink);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) survey: DataSurvey | null = null;
  @property({ attribute: false }) models: readonly ModelOption[] = [];
  @property({ attribute: false }) settings!: EvaluateSettings;
  @property({ type: Boolean }) disabled = false;

  protected override render(): TemplateResult | typeof nothing {
    const { survey } = this;
    if (survey === null) return nothing;
    return html`<form @submit=${this.onSubmit}>
      ${this.renderData(survey)}
      <fieldset ?disabled=${this.disabled}>
        ${this.renderModels()} ${this.renderLabels(survey)} ${this.renderBackend()} ${this.renderRobustness()}
        ${this.renderGroups()}
      </fieldset>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.disabled}>Measure</button>
        <button
          type="button"
          ?disabled=${this.disabled}
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'reset' })}
        >
          Other data
        </button>
      </div>
    </form>`;
  }

  private renderData(survey: DataSurvey): TemplateResult {
    const counts = Object.entries(countsOf(survey, this.settings.split));
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    return html`<section>
      <h3>${LAYOUTS[survey.layout]}, ${total.toLocaleString('en')} images</h3>
      ${survey.missing === 0 ? nothing : html`<p>${survey.missing} images that the list names are not there.</p>`}
      <ul class="classes">
        ${counts.map(
          ([name, count]) =>
            html`<li>${expressionIcon(name)}${displayName(name)} <strong>${count.toLocaleString('en')}</strong></li>`,
        )}
      </ul>
    </section>`;
  }

  private renderModels(): TemplateResult {
    const { first, second } = this.settings;
    const options = (chosen: string | null) =>
      this.models.map(({ key, name }) => html`<option value=${key} .selected=${key === chosen}>${name}</option>`);
    return html`<label
        >Model
        <select @change=${(event: Event) => this.change({ first: valueOf(event) })}>
          ${options(first)}
        </select></label
      >
      <label
        >Compare with
        <select @change=${(event: Event) => this.change({ second: valueOf(event) || null })}>
          <option value="" .selected=${second === null}>Nothing</option>
          ${options(second)}
        </select></label
      >
      <div class="field">
        <span id="own">Your own model</span>
        <button
          type="button"
          aria-describedby="own"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'add-model' })}
        >
          Add manifest and weights
        </button>
      </div>`;
  }

  private renderLabels(survey: DataSurvey): TemplateResult {
    const { split, rule } = this.settings;
    const splits = splitsOf(survey);
    return html`${
      splits.length === 0
        ? nothing
        : html`<label
            >Split
            <select @change=${(event: Event) => this.change({ split: valueOf(event) as Split })}>
              ${splits.map((name) => html`<option value=${name} .selected=${name === split}>${displayName(name)}</option>`)}
            </select></label
          >`
    }
    ${
      survey.layout === 'ferplus'
        ? html`<label
            >Label of a face
            <select @change=${(event: Event) => this.change({ rule: valueOf(event) as FerplusRule })}>
              <option value="majority" .selected=${rule === 'majority'}>Majority of votes</option>
              <option value="argmax" .selected=${rule === 'argmax'}>Most votes</option>
            </select></label
          >`
        : nothing
    }`;
  }

  private renderBackend(): TemplateResult {
    const { backend } = this.settings;
    return html`<label
      >Runs on
      <select @change=${(event: Event) => this.change({ backend: valueOf(event) as BackendPreference })}>
        <option value="auto" .selected=${backend === 'auto'}>The best there is</option>
        <option value="webgpu" .selected=${backend === 'webgpu'}>WebGPU</option>
        <option value="wasm" .selected=${backend === 'wasm'}>WebAssembly</option>
      </select></label
    >`;
  }

  private renderRobustness(): TemplateResult {
    const { corruptions, corruptionImages } = this.settings;
    const toggle = (name: (typeof ALL_CORRUPTIONS)[number], on: boolean) =>
      this.change({
        corruptions: ALL_CORRUPTIONS.filter((other) => (other === name ? on : corruptions.includes(other))),
      });
    return html`<div class="wide">
      <span id="damage">Robustness: measure again on damaged images, at five strengths</span>
      <div class="checks" role="group" aria-labelledby="damage">
        ${ALL_CORRUPTIONS.map(
          (name) =>
            html`<label class="check"
              ><input
                type="checkbox"
                .checked=${corruptions.includes(name)}
                @change=${(event: Event) => toggle(name, (event.currentTarget as HTMLInputElement).checked)}
              />${corruptionName(name)}</label
            >`,
        )}
        <label class="check"
          >on
          <input
            type="number"
            min="10"
            step="10"
            .value=${String(corruptionImages)}
            @change=${(event: Event) => this.change({ corruptionImages: Math.max(10, Math.round(Number(valueOf(event)) || 0)) })}
          />
          images each</label
        >
      </div>
    </div>`;
  }

  private renderGroups(): TemplateResult {
    const { groups } = this.settings;
    return html`<div class="wide">
      <span id="groups-title"
        >Groups: a CSV with path and a column for each attribute, to look for gaps between people</span
      >
      <div class="checks">
        <button
          type="button"
          aria-describedby="groups-title"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'choose-groups' })}
        >
          ${groups === null ? 'Choose a CSV' : groups.name}
        </button>
        ${groups === null ? nothing : html`<button type="button" class="quiet" @click=${() => this.change({ groups: null })}>Remove</button>`}
      </div>
    </div>`;
  }

  private change(settings: Partial<EvaluateSettings>): void {
    emit(this, 'qcs-evaluate-command', { name: 'change', settings });
  }

  private readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    emit(this, 'qcs-evaluate-command', { name: 'start' });
  };
}

function valueOf(event: Event): string {
  return (event.currentTarget as HTMLSelectElement | HTMLInputElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-setup': QcsEvaluateSetup;
  }
}
