/** What a checkpoint does not tell, asked: its classes, how its pictures are prepared, its name. Nothing is guessed. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { CLASS_ORDERS, type ClassOrder, isolated, ORDER_TITLES } from '../../expressions.js';
import { modelsArea } from '../../messages/models/area.js';
import type { TensorFileSurvey } from '../../models/protocol.js';
import { type CheckpointAnswers, isPresetName, PRESETS, type PresetName } from '../../weights/presets.js';
import { emit } from '../ui/events.js';
import { formCardStyles, valueOf } from '../ui/form.js';
import { Localised } from '../ui/localised.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

const OWN = 'own';
/** Side of what is cut out of a resized picture in every published training, px. */
const CROP = 224;

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
  private readonly localised = new Localised(this, modelsArea);
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
    const { words } = this.localised;
    const classesOf = (order: ClassOrder) =>
      words.list(
        CLASS_ORDERS[order].map((name) => words.expression(name)),
        'plain',
      );
    return html`<form dir=${this.localised.direction} @submit=${this.onSubmit}>
      <div>
        <h3>${isolated(name)}</h3>
        <p>${words.text('outputs', { architecture, count: outputs, size: words.bytes(bytes) })}</p>
      </div>
      <fieldset>
        <legend>${words.text('trainedOn')}</legend>
        ${orders.map((order) => this.renderOrder(order, this.titleOf(order), classesOf(order)))}
        ${this.renderOrder(OWN, words.text('otherClasses'), words.text('otherClassesHow', { count: outputs }))}
      </fieldset>
      ${this.order === OWN ? this.renderOwn(outputs, presets) : nothing}
      <label class="field">
        ${words.text('nameOfModel')}
        <input
          type="text"
          name="model"
          required
          maxlength="100"
          pattern="[A-Za-z0-9_.\\-]+"
          title=${words.text('nameRule')}
          .value=${this.name}
          @input=${(event: Event) => (this.name = valueOf(event))}
        />
      </label>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.answers() === null}>${words.text('convert')}</button>
        <button type="button" @click=${() => emit(this, 'qcs-model-command', { name: 'cancel-questions' })}>
          ${words.shared('cancel')}
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
    const { words } = this.localised;
    const given = splitNames(this.names).length;
    return html`<label class="field">
        ${words.text('classes')}
        <input
          type="text"
          name="classes"
          required
          placeholder=${words.text('classesExample')}
          .value=${this.names}
          @input=${(event: Event) => (this.names = valueOf(event))}
        />
        <small>${words.text('separated', { given, wanted: outputs })}</small>
      </label>
      ${
        presets.length === 0
          ? nothing
          : html`<label class="field">
              ${words.text('preparedAs')}
              <select name="preset" required @change=${this.onPreset}>
                <option value="" ?selected=${this.preset === null}>${words.text('choose')}</option>
                ${presets.map(
                  (preset) =>
                    html`<option value=${preset} ?selected=${this.preset === preset}>
                      ${this.describePreset(preset)}
                    </option>`,
                )}
              </select>
            </label>`
      }`;
  }

  /** The data set, and how many classes where it has two orders. */
  private titleOf(order: ClassOrder): string {
    const [dataset] = ORDER_TITLES[order].split(',');
    if (dataset === ORDER_TITLES[order]) return dataset;
    return this.localised.words.text('classesOf', { dataset, count: CLASS_ORDERS[order].length });
  }

  private describePreset(name: PresetName): string {
    const { classes, resizeTo } = PRESETS[name];
    const [title, size, side] = [this.titleOf(classes), String(resizeTo), String(CROP)];
    return this.localised.words.text('preset', { title, size, side });
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

function splitNames(text: string): readonly string[] {
  return text
    .split(/[,،、，]/)
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
