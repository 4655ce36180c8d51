/** What a checkpoint does not tell, asked: its classes, how its pictures are prepared, its name. Nothing is guessed. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { CLASS_ORDERS, type ClassOrder, ORDER_TITLES } from '../../expressions.js';
import type { TensorFileSurvey } from '../../models/protocol.js';
import { type CheckpointAnswers, isPresetName, PRESETS, type PresetName } from '../../weights/presets.js';
import { emit } from '../ui/events.js';
import { formCardStyles, valueOf } from '../ui/form.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { byteSize, className } from '../ui/words.js';

const OWN = 'own';

/**
 * A form about one file.
 *
 * @fires qcs-model-command - `convert` when all is answered, `cancel-questions`.
 */
export class QcsModelQuestions extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formCardStyles,
    css`
      form {
        max-inline-size: 720px;
      }
      p {
        margin-block-start: 4px;
      }
      fieldset {
        display: grid;
        gap: 4px;
      }
      legend {
        margin-block-end: 4px;
        font-weight: 600;
      }
      .field {
        font-size: 15px;
        font-weight: 600;
      }
      .field :is(input, select) {
        font-weight: 400;
      }
      small {
        font-size: 14px;
      }
    `,
  ];

  @property({ attribute: false }) survey: TensorFileSurvey | undefined;
  @state() private order: ClassOrder | typeof OWN | null = null;
  @state() private names = '';
  @state() private preset: PresetName | null = null;
  @state() private name = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('survey') || this.survey === undefined) return;
    this.order = null;
    this.names = '';
    this.preset = null;
    this.name = suggestedName(this.survey.name);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { survey } = this;
    if (survey === undefined) return nothing;
    const { name, bytes, architecture, outputs, orders, presets } = survey;
    return html`<form @submit=${this.onSubmit}>
      <div>
        <h3>${name}</h3>
        <p>${architecture}. ${outputs} outputs, ${byteSize(bytes)}.</p>
      </div>
      <fieldset>
        <legend>What was it trained on? The file does not tell the order of its classes.</legend>
        ${orders.map((order) => this.renderOrder(order, ORDER_TITLES[order], CLASS_ORDERS[order].map(className).join(', ')))}
        ${this.renderOrder(OWN, 'Other classes', `${outputs} names, in the order of the outputs`)}
      </fieldset>
      ${this.order === OWN ? this.renderOwn(outputs, presets) : nothing}
      <label class="field">
        Name of the model
        <input
          type="text"
          name="model"
          required
          maxlength="100"
          pattern="[A-Za-z0-9_.\\-]+"
          title="Letters, digits, dots and dashes"
          .value=${this.name}
          @input=${(event: Event) => (this.name = valueOf(event))}
        />
      </label>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.answers() === null}>Convert</button>
        <button type="button" @click=${() => emit(this, 'qcs-model-command', { name: 'cancel-questions' })}>
          Cancel
        </button>
      </div>
    </form>`;
  }

  private renderOrder(order: ClassOrder | typeof OWN, title: string, detail: string): TemplateResult {
    return html`<label class="choice">
      <input
        type="radio"
        name="order"
        value=${order}
        required
        .checked=${this.order === order}
        @change=${() => (this.order = order)}
      />
      ${title}<small>${detail}</small>
    </label>`;
  }

  private renderOwn(outputs: number, presets: readonly PresetName[]): TemplateResult {
    const count = splitNames(this.names).length;
    return html`<label class="field">
        Classes
        <input
          type="text"
          name="classes"
          required
          placeholder="calm, happy, tired"
          .value=${this.names}
          @input=${(event: Event) => (this.names = valueOf(event))}
        />
        <small>Separated by commas: ${count} of ${outputs}</small>
      </label>
      ${
        presets.length === 0
          ? nothing
          : html`<label class="field">
              Pictures are prepared as in the published training for
              <select name="preset" required @change=${this.onPreset}>
                <option value="" ?selected=${this.preset === null}>Choose</option>
                ${presets.map(
                  (preset) =>
                    html`<option value=${preset} ?selected=${this.preset === preset}>
                      ${describePreset(preset)}
                    </option>`,
                )}
              </select>
            </label>`
      }`;
  }

  /** Null while something is open. */
  private answers(): CheckpointAnswers | null {
    const { survey, order, preset } = this;
    if (survey === undefined || order === null || this.name.trim() === '') return null;
    if (order !== OWN) return { classes: order };
    const classes = splitNames(this.names);
    if (classes.length !== survey.outputs || new Set(classes).size !== classes.length) return null;
    if (survey.presets.length === 0) return { classes };
    return preset === null ? null : { classes, preset };
  }

  private readonly onPreset = (event: Event): void => {
    const value = valueOf(event);
    this.preset = isPresetName(value) ? value : null;
  };

  private readonly onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const answers = this.answers();
    if (answers !== null) emit(this, 'qcs-model-command', { name: 'convert', id: this.name.trim(), answers });
  };
}

function describePreset(name: PresetName): string {
  const { classes, resizeTo } = PRESETS[name];
  return `${ORDER_TITLES[classes]}: RGB, resized to ${resizeTo}, the centre 224 x 224`;
}

function splitNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function suggestedName(file: string): string {
  const name = file
    .replace(/\.(?:pth|pt|ckpt|bin|tar|safetensors)+$/i, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 100);
  return name === '' ? 'model' : name;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-model-questions': QcsModelQuestions;
  }
}
