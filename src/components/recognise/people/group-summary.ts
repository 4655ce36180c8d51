/** The people of a photo as a whole: how often each expression stands in it, whom to show, and what the chosen one is called. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FaceObservation } from '../../../inference/observation.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { bar, barStyles } from '../../ui/charts/bars.js';
import { emit } from '../../ui/events.js';
import { formStyles, selectField, valueOf } from '../../ui/form.js';
import { expressionIcon, icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { buttonStyles, expressionColour, tokens } from '../../ui/tokens.js';
import { countGroups, ORDERS, type Arrangement, type GroupCount, type Order } from './group.js';

/**
 * Rows to filter by, an order, and a name for the chosen face.
 *
 * @event qcs-command - Something was chosen or named; `<qcs-fer>` around it carries out `detail`.
 * @csspart group - One expression with its count.
 * @csspart track - The groove of a bar.
 * @csspart bar - The filled part of a bar.
 */
export class QcsGroupSummary extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formStyles,
    barStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
        font-size: 14px;
        --_bar: 8px;
      }
      ul {
        margin-inline: -8px;
      }
      li button {
        display: grid;
        grid-template-columns: 20px 6.6em minmax(40px, 1fr) 2.4em;
        gap: 8px;
        inline-size: 100%;
        min-block-size: 32px;
        text-align: start;
      }
      li b {
        font-weight: 550;
        text-align: end;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(130px, 1fr));
      }
      input {
        inline-size: 100%;
      }
      @media (pointer: coarse) {
        li button {
          min-block-size: 44px;
        }
      }
    `,
  ];

  @property({ attribute: false }) faces: readonly FaceObservation[] = [];
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) names: ReadonlyMap<number, string> = new Map();
  @property({ attribute: false }) arrangement: Arrangement = { order: 'size' };

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    const { selected } = this;
    const orders = ORDERS.map((order) => [order, words.text(`order.${order}`)] as const);
    return html`<ul aria-label=${words.text('peopleByExpression')}>
        ${countGroups(this.faces).map((count) => this.renderGroup(count))}
      </ul>
      <div class="fields">
        ${selectField<Order>(words.text('order'), orders, this.arrangement.order, (order) =>
          emit(this, 'qcs-command', { name: 'arrange', arrangement: { ...this.arrangement, order } }),
        )}
        ${
          selected === undefined
            ? nothing
            : html`<label class="field"
                >${words.text('faceName')}<input
                  type="text"
                  maxlength="40"
                  .value=${this.names.get(selected) ?? ''}
                  placeholder=${words.text('faceNumber', { index: this.faces.findIndex(({ id }) => id === selected) + 1 })}
                  @change=${(event: Event) =>
                    emit(this, 'qcs-command', { name: 'name-face', faceId: selected, text: valueOf(event) })}
              /></label>`
        }
      </div>`;
  }

  private renderGroup({ group, count }: GroupCount): TemplateResult {
    const { words } = this.localised;
    const { order, only } = this.arrangement;
    const isChosen = only === group;
    const arrangement = isChosen ? { order } : { order, only: group };
    return html`<li>
      <button
        type="button"
        part="group"
        class="quiet"
        aria-pressed=${isChosen}
        title=${words.text(isChosen ? 'showAll' : 'showOnly')}
        @click=${() => emit(this, 'qcs-command', { name: 'arrange', arrangement })}
      >
        ${group === null ? icon('unclear') : expressionIcon(group)}
        <span>${group === null ? words.shared('notClear') : words.title(group)}</span>
        ${bar({ value: count / this.faces.length }, group === null ? 'var(--_line)' : expressionColour(group))}
        <b>${words.number(count)}</b>
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-group-summary': QcsGroupSummary;
  }
}
