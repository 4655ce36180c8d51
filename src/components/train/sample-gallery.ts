/** Thousands of thumbnails that scroll smoothly: only the rows on screen exist. */
import { clamp } from '../../base/numbers.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { emit } from '../ui/events.js';
import { keyedList } from '../ui/keyed-list.js';
import type { Thumbnails } from '../ui/thumbnails.js';
import { tokens } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';

/** Side of a thumbnail with its gap, px. */
const CELL = 72;
/** Rows that exist above and below the visible ones, so that slow scrolling finds them ready. */
const MARGIN_ROWS = 3;
/** How long after a leap they come into being, ms: while a scroll bar is dragged all rows change with every frame. */
const MARGIN_DELAY = 120;
/** Pictures on their way at once: what is scrolled past quickly is never asked for. */
const MOST_AWAITED = 32;

export interface GalleryItem {
  readonly id: string;
  /** Spoken, and shown when the pointer rests: where the image came from. */
  readonly title: string;
}

/**
 * A grid of images to select. Click selects, Shift extends, Ctrl or Cmd adds; arrow keys move, space selects.
 *
 * @fires qcs-gallery-select - The selection changed; the detail is the set of selected ids.
 * @csspart item - One thumbnail.
 */
export class QcsSampleGallery extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        block-size: 320px;
        overflow: auto;
        border-radius: var(--_radius-control);
        background: var(--_page);
        contain: strict;
        content-visibility: auto;
      }
      .space {
        position: relative;
        margin: 4px;
      }
      button {
        position: absolute;
        inline-size: 68px;
        block-size: 68px;
        padding: 0;
        border: 0;
        border-radius: 6px;
        background: var(--_raised);
        overflow: hidden;
        cursor: pointer;
      }
      button img {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        image-rendering: auto;
        pointer-events: none;
      }
      button[aria-selected='true'] {
        outline: 3px solid var(--_accent);
        outline-offset: -3px;
      }
      button[aria-selected='true'] img {
        opacity: 0.72;
      }
      button:focus-visible {
        box-shadow: 0 0 0 2px var(--_ink);
      }
      p {
        padding: 24px;
        color: var(--_ink-soft);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) items: readonly GalleryItem[] = [];
  @property({ attribute: false }) selected: ReadonlySet<string> = new Set();
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  @property() label = 'Images';
  @state() private columns = 1;
  @state() private firstRow = 0;
  @state() private visibleRows = 6;
  @state() private marginRows = MARGIN_ROWS;
  @state() private focused = 0;
  private anchor = 0;
  private readonly awaited = new Set<string>();
  private frame = 0;
  private margin: ReturnType<typeof setTimeout> | undefined;
  private readonly sizes = new ResizeObserver(() => this.measure());

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    this.addEventListener('scroll', this.measure, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.removeEventListener('scroll', this.measure);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    clearTimeout(this.margin);
    this.marginRows = MARGIN_ROWS;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('items')) this.focused = Math.min(this.focused, Math.max(0, this.items.length - 1));
    if (changed.has('thumbnails')) this.awaited.clear();
  }

  protected override updated(): void {
    this.askForPictures();
  }

  protected override render(): TemplateResult {
    const { items, columns } = this;
    if (items.length === 0) return html`<p>No image in this class yet</p>`;
    const rows = Math.ceil(items.length / columns);
    return html`<div
      class="space"
      role="listbox"
      aria-label=${this.label}
      aria-multiselectable="true"
      ${styled({ 'block-size': `${rows * CELL}px` })}
      @keydown=${this.onKey}
    >
      ${keyedList(
        this.shown,
        ({ item }) => item.id,
        ({ item, index }) => this.renderItem(item, index),
      )}
    </div>`;
  }

  /** The items of the rows on screen and a few around them, with their places. */
  private get shown(): { readonly item: GalleryItem; readonly index: number }[] {
    const { items, columns, firstRow, visibleRows, marginRows } = this;
    const start = Math.max(0, firstRow - marginRows) * columns;
    const end = Math.min(items.length, (firstRow + visibleRows + marginRows) * columns);
    return items.slice(start, end).map((item, index) => ({ item, index: start + index }));
  }

  private renderItem(item: GalleryItem, index: number): TemplateResult {
    const left = (index % this.columns) * CELL;
    const top = Math.floor(index / this.columns) * CELL;
    const url = this.thumbnails?.known(item.id) ?? null;
    return html`<button
      part="item"
      type="button"
      role="option"
      ${styled({ 'inset-inline-start': `${left}px`, 'inset-block-start': `${top}px` })}
      tabindex=${index === this.focused ? 0 : -1}
      data-index=${index}
      aria-selected=${this.selected.has(item.id)}
      aria-label=${item.title}
      title=${item.title}
      @click=${(event: MouseEvent) => this.onClick(event, index)}
    >
      ${url === null ? nothing : html`<img src=${url} alt="" draggable="false" />`}
    </button>`;
  }

  private askForPictures(): void {
    const { thumbnails, awaited } = this;
    if (thumbnails === null) return;
    for (const { item } of this.shown) {
      if (awaited.size >= MOST_AWAITED) return;
      if (awaited.has(item.id) || thumbnails.known(item.id) !== null) continue;
      awaited.add(item.id);
      thumbnails.url(item.id).then(
        () => this.arrived(item.id),
        () => awaited.delete(item.id),
      );
    }
  }

  /** Pictures that come one by one are drawn once a frame. */
  private arrived(id: string): void {
    this.awaited.delete(id);
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.requestUpdate();
    });
  }

  private readonly measure = (): void => {
    this.columns = Math.max(1, Math.floor((this.clientWidth - 8) / CELL));
    this.visibleRows = Math.ceil(this.clientHeight / CELL) + 1;
    const row = Math.floor(this.scrollTop / CELL);
    if (Math.abs(row - this.firstRow) > this.visibleRows) {
      this.marginRows = 0;
      clearTimeout(this.margin);
      this.margin = setTimeout(() => (this.marginRows = MARGIN_ROWS), MARGIN_DELAY);
    }
    this.firstRow = row;
  };

  private onClick(event: MouseEvent, index: number): void {
    this.focused = index;
    const { id } = this.items[index];
    if (event.shiftKey) this.select(this.range(this.anchor, index));
    else if (event.ctrlKey || event.metaKey) {
      const next = new Set(this.selected);
      if (!next.delete(id)) next.add(id);
      this.anchor = index;
      this.select(next);
    } else {
      this.anchor = index;
      this.select(this.selected.size === 1 && this.selected.has(id) ? new Set() : new Set([id]));
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const rightward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: rightward,
      ArrowLeft: -rightward,
      ArrowDown: this.columns,
      ArrowUp: -this.columns,
      Home: -this.items.length,
      End: this.items.length,
    };
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) this.select(new Set(this.items.map(({ id }) => id)));
    else if (event.key in moves) this.moveFocus(this.focused + moves[event.key], event.shiftKey);
    else return;
    event.preventDefault();
  };

  private moveFocus(to: number, extend: boolean): void {
    this.focused = clamp(to, 0, this.items.length - 1);
    const top = Math.floor(this.focused / this.columns) * CELL;
    if (top < this.scrollTop || top + CELL > this.scrollTop + this.clientHeight) {
      this.scrollTop = Math.max(0, top - this.clientHeight / 2);
    }
    if (extend) this.select(this.range(this.anchor, this.focused));
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`[data-index='${this.focused}']`)?.focus({ preventScroll: true }),
    );
  }

  private range(from: number, to: number): Set<string> {
    const [low, high] = from < to ? [from, to] : [to, from];
    return new Set(this.items.slice(low, high + 1).map(({ id }) => id));
  }

  private select(ids: ReadonlySet<string>): void {
    emit(this, 'qcs-gallery-select', ids);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-sample-gallery': QcsSampleGallery;
  }
  interface GlobalEventHandlersEventMap {
    'qcs-gallery-select': CustomEvent<ReadonlySet<string>>;
  }
}
