/** Which expression was taken for which: counts by true class (row) and predicted class (column). */
import { clamp } from '../../../base/numbers.js';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { wilson } from '../../../evaluation/intervals.js';
import { commonArea } from '../../../messages/common/area.js';
import { emit } from '../events.js';
import { expressionIcon } from '../icons.js';
import { Localised } from '../localised.js';
import { exactPercent, range } from '../measured.js';
import { spokenOnly } from '../styles.js';
import { tokens } from '../tokens.js';
import { styled } from '../styled.js';

export interface ConfusionCell {
  /** Index of the true class. */
  readonly label: number;
  /** Index of the predicted class. */
  readonly predicted: number;
}

/**
 * A confusion matrix as a grid: the diagonal is right, all else is wrong, each cell as strong as its share of the row. Cells can be chosen
 * with mouse, touch and the arrow keys.
 *
 * @fires qcs-confusion-cell - A cell was chosen; the detail holds its two class indices.
 * @csspart cell - One cell.
 */
export class QcsConfusionMatrix extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        --_right: light-dark(#579f99, #34746f);
        --_wrong: light-dark(#ef9f8e, #9c4433);
        font-size: 14px;
        container-type: inline-size;
      }
      table {
        inline-size: 100%;
        border-collapse: separate;
        border-spacing: 2px;
        table-layout: fixed;
      }
      caption {
        padding-block-end: 8px;
        color: var(--_ink-soft);
        text-align: start;
      }
      th {
        padding: 4px;
        color: var(--_ink-soft);
        font-weight: 550;
      }
      thead th {
        overflow: hidden;
        padding-inline: 0;
        font-size: 11px;
        text-align: center;
        text-overflow: ellipsis;
        vertical-align: bottom;
      }
      thead svg {
        display: block;
        margin: 0 auto 2px;
      }
      .corner,
      tbody th {
        inline-size: 8.2em;
        text-align: start;
      }
      tbody th > span {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      tbody th svg {
        flex: none;
      }
      td {
        padding: 0;
        block-size: 52px;
        border-radius: 6px;
        background: color-mix(in oklab, var(--_tint) var(--_share), var(--_raised));
        text-align: center;
        cursor: pointer;
        outline-offset: -2px;
      }
      td.corner {
        background: none;
        cursor: default;
      }
      td:hover {
        box-shadow: inset 0 0 0 2px var(--_control-line);
      }
      td[aria-selected='true'] {
        box-shadow: inset 0 0 0 2px var(--_ink);
      }
      td.none {
        color: var(--_ink-soft);
        cursor: default;
      }
      :is(td.none, td.corner):hover {
        box-shadow: none;
      }
      strong {
        display: block;
        font-size: 15px;
        font-weight: 600;
        line-height: 1.2;
      }
      small {
        color: inherit;
        font-size: 12px;
      }
      @container (max-width: 620px) {
        thead .name {
          ${spokenOnly}
        }
      }
      @container (max-width: 420px) {
        .corner,
        tbody th {
          inline-size: 34px;
        }
        .name {
          ${spokenOnly}
        }
        td {
          block-size: 40px;
        }
        td small {
          display: none;
        }
        strong {
          font-size: 13px;
          font-weight: 550;
        }
      }
      @media (forced-colors: active) {
        td {
          border: 1px solid CanvasText;
        }
        td[aria-selected='true'] {
          outline: 3px solid Highlight;
        }
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  /** Rows are true classes, columns predicted ones, both in the order of `classes`. */
  @property({ attribute: false }) counts: readonly (readonly number[])[] = [];
  @property({ attribute: false }) selected: ConfusionCell | null = null;
  /** Names the matrix for people who cannot see what stands above it. */
  @property() label: string | undefined;
  private readonly localised = new Localised(this, commonArea);
  /** The one cell that the tab key reaches. */
  @state() private focused: ConfusionCell = { label: 0, predicted: 0 };

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { focused, classes } = this;
    const last = Math.max(0, classes.length - 1);
    if (changed.has('classes') && (focused.label > last || focused.predicted > last)) {
      this.focused = { label: 0, predicted: 0 };
    }
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<table role="grid" aria-label=${this.label ?? words.text('matrix')} @keydown=${this.onKey}>
      <caption>
        ${words.text('matrixCaption')}
      </caption>
      <thead>
        <tr>
          <td class="corner"></td>
          ${this.classes.map(
            (name) =>
              html`<th scope="col" title=${words.title(name)}>
                ${expressionIcon(name)}<span class="name">${words.title(name)}</span>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${this.classes.map((_, label) => this.renderRow(label))}
      </tbody>
    </table>`;
  }

  private renderRow(label: number): TemplateResult {
    const name = this.localised.words.title(this.classes[label]);
    const row = this.counts[label] ?? [];
    const total = row.reduce((sum, count) => sum + count, 0);
    return html`<tr>
      <th scope="row" title=${name}>
        <span>${expressionIcon(this.classes[label])}<span class="name">${name}</span></span>
      </th>
      ${this.classes.map((_, predicted) => this.renderCell({ label, predicted }, row[predicted] ?? 0, total))}
    </tr>`;
  }

  private renderCell(cell: ConfusionCell, count: number, total: number): TemplateResult {
    const { label, predicted } = cell;
    const share = total === 0 ? 0 : count / total;
    const style = {
      '--_tint': label === predicted ? 'var(--_right)' : 'var(--_wrong)',
      '--_share': `${Math.round(share * 100)}%`,
    };
    const { words } = this.localised;
    const values = {
      count: words.number(count),
      total: words.number(total),
      label: words.expression(this.classes[label]),
      predicted: words.expression(this.classes[predicted]),
    };
    const text = words.text('matrixCell', values);
    const [exactly, interval] = [exactPercent(share, words), range(wilson(count, total), words)];
    const exact = total === 0 ? text : words.text('matrixCellExact', { ...values, share: exactly, interval });
    return html`<td
      part="cell"
      role="gridcell"
      class=${count === 0 ? 'none' : ''}
      ${styled(style)}
      tabindex=${same(cell, this.focused) ? 0 : -1}
      data-cell=${`${label},${predicted}`}
      aria-label=${text}
      aria-selected=${this.selected !== null && same(cell, this.selected) ? 'true' : 'false'}
      title=${exact}
      @click=${() => this.choose(cell)}
    >
      <strong>${words.number(count)}</strong
      >${count === 0 ? '' : html`<small><bdi>${words.percent(share)}</bdi></small>`}
    </td>`;
  }

  private choose(cell: ConfusionCell): void {
    this.focused = cell;
    emit(this, 'qcs-confusion-cell', cell);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { label, predicted } = this.focused;
    const rightward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Readonly<Record<string, ConfusionCell>> = {
      ArrowUp: { label: label - 1, predicted },
      ArrowDown: { label: label + 1, predicted },
      ArrowLeft: { label, predicted: predicted - rightward },
      ArrowRight: { label, predicted: predicted + rightward },
      Home: { label, predicted: 0 },
      End: { label, predicted: this.classes.length - 1 },
    };
    if (event.key === 'Enter' || event.key === ' ') this.choose(this.focused);
    else if (event.key in moves) this.moveTo(moves[event.key]);
    else return;
    event.preventDefault();
  };

  private moveTo({ label, predicted }: ConfusionCell): void {
    const within = (index: number) => clamp(index, 0, this.classes.length - 1);
    this.focused = { label: within(label), predicted: within(predicted) };
    this.renderRoot
      .querySelector<HTMLElement>(`[data-cell='${this.focused.label},${this.focused.predicted}']`)
      ?.focus();
  }
}

function same(first: ConfusionCell, second: ConfusionCell): boolean {
  return first.label === second.label && first.predicted === second.predicted;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-confusion-matrix': QcsConfusionMatrix;
  }
  interface GlobalEventHandlersEventMap {
    'qcs-confusion-cell': CustomEvent<ConfusionCell>;
  }
}
