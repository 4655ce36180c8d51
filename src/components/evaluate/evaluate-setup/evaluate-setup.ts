/** What to measure, and how: data, models, labels, damage, groups. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { CORRUPTION_NAMES, type Corruption } from '../../../evaluation/corruptions.js';
import { isVoted, type DataSurvey } from '../../../evaluation/protocol.js';
import { isolated } from '../../../expressions.js';
import { evaluateArea } from '../../../messages/evaluate/area.js';
import { emit } from '../../ui/events.js';
import { checkbox, numberOf, selectField } from '../../ui/form.js';
import { setupStyles } from './evaluate-setup.styles.js';
import { countsOf, splitsOf, type EvaluateSettings, type ModelOption } from '../evaluate-settings.js';
import { expressionIcon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';

const RULES = ['majority', 'argmax'] as const;

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
  private readonly localised = new Localised(this, evaluateArea);

  protected override render(): TemplateResult | typeof nothing {
    const { survey } = this;
    if (survey === null) return nothing;
    const { words } = this.localised;
    const backends = [
      ['auto', words.text('bestBackend')],
      ['webgpu', 'WebGPU'],
      ['wasm', 'WebAssembly'],
    ] as const;
    return html`<form @submit=${this.onSubmit}>
      ${this.renderData(survey)}
      <fieldset ?disabled=${this.disabled}>
        ${this.renderModels()} ${this.renderLabels(survey)} ${this.renderPhotos()}
        ${selectField(words.text('runsOn'), backends, this.settings.backend, (backend) => this.change({ backend }))}
        ${this.renderRobustness()} ${this.renderGroups()}
      </fieldset>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.disabled}>${words.text('measure')}</button>
        <button
          type="button"
          ?disabled=${this.disabled}
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'reset' })}
        >
          ${words.text('otherData')}
        </button>
      </div>
    </form>`;
  }

  private renderData(survey: DataSurvey): TemplateResult {
    const counts = Object.entries(countsOf(survey, this.settings.split));
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const { words } = this.localised;
    const layouts: Readonly<Record<DataSurvey['layout'], string>> = {
      ferplus: 'FERPlus',
      'crema-d': 'CREMA-D',
      list: words.text('layoutList'),
      folders: words.text('layoutFolders'),
    };
    return html`<div>
      <h3>${words.text('dataTitle', { layout: layouts[survey.layout], count: total })}</h3>
      ${survey.missing === 0 ? nothing : html`<p>${words.text('missing', { count: survey.missing })}</p>`}
      <ul class="classes">
        ${counts.map(
          ([name, count]) =>
            html`<li>${expressionIcon(name)}${words.title(name)} <strong>${words.number(count)}</strong></li>`,
        )}
      </ul>
    </div>`;
  }

  private renderModels(): TemplateResult {
    const { first, second } = this.settings;
    const { words } = this.localised;
    const options = this.models.map(({ key, name }) => [key, name] as const);
    return html`${selectField(words.text('model'), options, first, (key) => this.change({ first: key }))}
      ${selectField(words.text('compareWith'), [['', words.text('nothing')], ...options], second ?? '', (key) => this.change({ second: key || null }))}
      <div class="field">
        <span id="own">${words.text('ownModel')}</span>
        <button
          type="button"
          aria-describedby="own"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'add-model' })}
        >
          ${words.text('addModel')}
        </button>
      </div>`;
  }

  private renderLabels(survey: DataSurvey): TemplateResult {
    const { split, rule } = this.settings;
    const { words } = this.localised;
    const splits = splitsOf(survey).map((name) => [name, words.text(`split.${name}`)] as const);
    const rules = RULES.map((name) => [name, words.text(`rule.${name}`)] as const);
    return html`${splits.length === 0 ? nothing : selectField(words.text('split'), splits, split, (name) => this.change({ split: name }))}
    ${
      isVoted(survey.layout)
        ? selectField(words.text('labelOfFace'), rules, rule, (name) => this.change({ rule: name }))
        : nothing
    }`;
  }

  private renderPhotos(): TemplateResult {
    return html`<div class="wide">
      <div class="checks">
        ${checkbox(this.localised.words.text('wholePhotos'), this.settings.align, (align) => this.change({ align }))}
      </div>
    </div>`;
  }

  private renderRobustness(): TemplateResult {
    const { corruptions, corruptionImages } = this.settings;
    const { words } = this.localised;
    const toggle = (name: Corruption, on: boolean) =>
      this.change({
        corruptions: CORRUPTION_NAMES.filter((other) => (other === name ? on : corruptions.includes(other))),
      });
    return html`<div class="wide">
      <span id="damage">${words.text('damages')}</span>
      <div class="checks" role="group" aria-labelledby="damage">
        ${CORRUPTION_NAMES.map((name) => checkbox(words.text(`damage.${name}`), corruptions.includes(name), (on) => toggle(name, on)))}
        <label class="check"
          >${words.text('imagesEach')}
          <input
            type="number"
            min="10"
            step="10"
            .value=${String(corruptionImages)}
            @change=${(event: Event) => this.change({ corruptionImages: Math.max(10, Math.round(numberOf(event) ?? 0)) })}
        /></label>
      </div>
    </div>`;
  }

  private renderGroups(): TemplateResult {
    const { groups } = this.settings;
    const { words } = this.localised;
    return html`<div class="wide">
      <span id="groups-title">${words.text('groupFile')}</span>
      <div class="checks">
        <button
          type="button"
          aria-describedby="groups-title"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'choose-groups' })}
        >
          ${groups === null ? words.text('chooseCsv') : isolated(groups.name)}
        </button>
        ${groups === null ? nothing : html`<button type="button" class="quiet" @click=${() => this.change({ groups: null })}>${words.text('remove')}</button>`}
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
