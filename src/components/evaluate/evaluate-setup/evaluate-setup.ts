/** What to measure, and how: data, models, labels, damage, groups. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { CORRUPTION_NAMES, CORRUPTIONS, type Corruption } from '../../../evaluation/corruptions.js';
import { isVoted, type DataSurvey } from '../../../evaluation/protocol.js';
import { displayName } from '../../../expressions.js';
import { emit } from '../../ui/events.js';
import { checkbox, numberOf, selectField } from '../../ui/form.js';
import { setupStyles } from './evaluate-setup.styles.js';
import { countsOf, splitsOf, type EvaluateSettings, type ModelOption } from '../evaluate-settings.js';
import { expressionIcon } from '../../ui/icons.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';

const LAYOUTS: Readonly<Record<DataSurvey['layout'], string>> = {
  ferplus: 'FERPlus',
  'crema-d': 'CREMA-D',
  list: 'CSV list',
  folders: 'Folders by class',
};

const RULES = [
  ['majority', 'Majority of votes'],
  ['argmax', 'Most votes'],
] as const;

const BACKENDS = [
  ['auto', 'The best there is'],
  ['webgpu', 'WebGPU'],
  ['wasm', 'WebAssembly'],
] as const;

/**
 * The form of the Evaluate tab.
 *
 * @fires qcs-evaluate-command - `change`, `add-model`, `choose-groups`, `start`, `reset`.
 */
export class QcsEvaluateSetup extends LitElement {
  static override readonly styles = [tokens, buttonStyles, setupStyles];

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
        ${this.renderModels()} ${this.renderLabels(survey)} ${this.renderPhotos()}
        ${selectField('Runs on', BACKENDS, this.settings.backend, (backend) => this.change({ backend }))}
        ${this.renderRobustness()} ${this.renderGroups()}
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
    return html`<div>
      <h3>${LAYOUTS[survey.layout]}, ${total.toLocaleString('en')} images</h3>
      ${survey.missing === 0 ? nothing : html`<p>${survey.missing} images that the list names are not there.</p>`}
      <ul class="classes">
        ${counts.map(
          ([name, count]) =>
            html`<li>${expressionIcon(name)}${displayName(name)} <strong>${count.toLocaleString('en')}</strong></li>`,
        )}
      </ul>
    </div>`;
  }

  private renderModels(): TemplateResult {
    const { first, second } = this.settings;
    const options = this.models.map(({ key, name }) => [key, name] as const);
    return html`${selectField('Model', options, first, (key) => this.change({ first: key }))}
      ${selectField('Compare with', [['', 'Nothing'], ...options], second ?? '', (key) => this.change({ second: key || null }))}
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
    const splits = splitsOf(survey).map((name) => [name, displayName(name)] as const);
    return html`${splits.length === 0 ? nothing : selectField('Split', splits, split, (name) => this.change({ split: name }))}
    ${
      isVoted(survey.layout)
        ? selectField('Label of a face', RULES, rule, (name) => this.change({ rule: name }))
        : nothing
    }`;
  }

  private renderPhotos(): TemplateResult {
    return html`<div class="wide">
      <div class="checks">
        ${checkbox(
          'These are whole photos: find the largest face of each, and cut it out upright',
          this.settings.align,
          (align) => this.change({ align }),
        )}
      </div>
    </div>`;
  }

  private renderRobustness(): TemplateResult {
    const { corruptions, corruptionImages } = this.settings;
    const toggle = (name: Corruption, on: boolean) =>
      this.change({
        corruptions: CORRUPTION_NAMES.filter((other) => (other === name ? on : corruptions.includes(other))),
      });
    return html`<div class="wide">
      <span id="damage">Robustness: measure again on damaged images, at five strengths</span>
      <div class="checks" role="group" aria-labelledby="damage">
        ${CORRUPTION_NAMES.map((name) => checkbox(CORRUPTIONS[name].title, corruptions.includes(name), (on) => toggle(name, on)))}
        <label class="check"
          >on
          <input
            type="number"
            min="10"
            step="10"
            .value=${String(corruptionImages)}
            @change=${(event: Event) => this.change({ corruptionImages: Math.max(10, Math.round(numberOf(event) ?? 0)) })}
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

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-setup': QcsEvaluateSetup;
  }
}
