/** Recall, precision or F1 of every class, with its interval. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ClassIntervals } from '../../evaluation/metrics.js';
import { evaluateArea } from '../../messages/evaluate/area.js';
import { bar, barStyles } from '../ui/charts/bars.js';
import { expressionIcon } from '../ui/icons.js';
import { listTarget } from '../ui/keys.js';
import { Localised } from '../ui/localised.js';
import { measured } from '../ui/measured.js';
import { MODEL_COLOURS, tokens } from '../ui/tokens.js';

export type ClassMeasure = 'recall' | 'precision' | 'f1';

const MEASURES: readonly ClassMeasure[] = ['recall', 'precision', 'f1'];

/**
 * A bar for each class, one below the other for two models; the thin line is the 95 % interval.
 *
 * @csspart bar - The filled part of a bar.
 */
export class QcsClassBars extends LitElement {
  static override readonly styles = [
    tokens,
    barStyles,
    css`
      :host {
        font-size: 14px;
        container-type: inline-size;
      }
      [role='radiogroup'] {
        display: inline-flex;
        gap: 2px;
        padding: 2px;
        border-radius: var(--_radius-control);
        background: var(--_raised);
      }
      [role='radio'] {
        min-block-size: 32px;
        padding: 2px 12px;
        border: 0;
        border-radius: 6px;
        background: none;
        color: var(--_ink-soft);
        font: inherit;
        font-weight: 550;
        cursor: pointer;
      }
      [aria-checked='true'] {
        background: var(--_surface);
        color: var(--_ink);
      }
      p {
        margin-block: 4px 12px;
        color: var(--_ink-soft);
      }
      ul {
        display: grid;
        gap: 8px;
      }
      li {
        display: grid;
        grid-template-columns: 20px 6.2em minmax(60px, 1fr) 10.5em;
        align-items: center;
        gap: 2px 8px;
      }
      .name {
        line-height: 1.2;
      }
      .bars,
      .values {
        display: grid;
        gap: 4px;
      }
      .values > * {
        line-height: 16px;
      }
      @container (max-width: 460px) {
        li {
          grid-template-columns: 20px 1fr auto;
        }
        .bars {
          grid-column: 1 / -1;
          grid-row: 2;
        }
      }
    `,
  ];

  /** One or two models: their classes with intervals. */
  @property({ attribute: false }) models: readonly Readonly<Record<string, ClassIntervals>>[] = [];
  private readonly localised = new Localised(this, evaluateArea);
  @state() private measure: ClassMeasure = 'recall';

  protected override render(): TemplateResult {
    const [first] = this.models;
    const { words } = this.localised;
    return html`<div role="radiogroup" aria-label=${words.text('measures')} @keydown=${this.onKey}>
        ${MEASURES.map(
          (name) =>
            html`<button
              type="button"
              role="radio"
              aria-checked=${name === this.measure ? 'true' : 'false'}
              tabindex=${name === this.measure ? 0 : -1}
              @click=${() => (this.measure = name)}
            >
              ${name === 'f1' ? 'F1' : words.text(name)}
            </button>`,
        )}
      </div>
      <p>${words.text(`${this.measure}How`)}</p>
      <ul>
        ${Object.keys(first ?? {}).map((name) => this.renderClass(name))}
      </ul>`;
  }

  private renderClass(name: string): TemplateResult {
    const { words } = this.localised;
    const parts = this.models.flatMap((model, index) =>
      name in model ? [{ interval: model[name][this.measure], index }] : [],
    );
    return html`<li>
      ${expressionIcon(name)}
      <span class="name">${words.title(name)} <small>${words.number(this.models[0][name].n)}</small></span>
      <span class="bars">
        ${parts.map(({ interval, index }) => bar(interval, `color-mix(in oklab, ${MODEL_COLOURS[index]} 62%, var(--_raised))`))}
      </span>
      <span class="values">${parts.map(({ interval }) => measured(interval, words))}</span>
    </li>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const at = MEASURES.indexOf(this.measure);
    const target = listTarget(event.key, at, MEASURES.length);
    if (target === undefined) return;
    event.preventDefault();
    this.measure = MEASURES[target];
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-checked="true"]')?.focus());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-class-bars': QcsClassBars;
  }
}
