/** The faces of a photo side by side, each with its label: to walk through and to look at closely. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { context2d } from '../../../faces/canvas.js';
import { centre, squareAround } from '../../../faces/geometry.js';
import type { FaceObservation } from '../../../inference/observation.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { emit } from '../../ui/events.js';
import { expressionIcon, icon } from '../../ui/icons.js';
import { keyedList } from '../../ui/keyed-list.js';
import { listTarget } from '../../ui/keys.js';
import { Localised } from '../../ui/localised.js';
import { styled } from '../../ui/styled.js';
import { expressionColour, tokens } from '../../ui/tokens.js';
import { arrange, groupOf, type Arrangement } from './group.js';

/** Pixels of a crop: sharp on dense screens too. */
const CROP_SIDE = 160;
/** The square around a face, in face sizes. */
const AROUND = 1.5;

/**
 * A tile a face. Arrow keys walk, Enter and a click on the chosen tile enlarge the face in the picture, and bring it back.
 *
 * @event qcs-command - A tile was chosen; `<qcs-fer>` around it carries out `detail`.
 * @csspart tile - One face.
 */
export class QcsPeopleStrip extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        border-block-start: 1px solid var(--_line);
      }
      ul {
        display: flex;
        gap: 4px;
        padding: 8px;
        overflow-x: auto;
        scrollbar-width: thin;
      }
      li {
        display: grid;
        flex: none;
        gap: 2px;
        inline-size: 84px;
        padding: 4px;
        border: 2px solid transparent;
        border-radius: var(--_radius-control);
        cursor: pointer;
        text-align: center;
      }
      li:hover {
        background: var(--_raised);
      }
      li[aria-selected='true'] {
        border-color: var(--_accent);
      }
      li:focus-visible {
        outline-offset: -4px;
      }
      canvas {
        inline-size: 72px;
        block-size: 72px;
        border-radius: 6px;
        background: var(--_raised);
      }
      .label {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 4px;
        overflow: hidden;
        color: var(--_ink-soft);
        font-size: 12px;
        white-space: nowrap;
      }
      .label svg {
        flex: none;
      }
      .label span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      [aria-selected='true'] .label {
        color: var(--_ink);
      }
      .mark {
        block-size: 3px;
        border-radius: 2px;
        background: var(--_colour);
        forced-color-adjust: none;
      }
      @media (max-height: 560px) {
        li {
          inline-size: 48px;
          padding: 2px;
        }
        canvas {
          inline-size: 40px;
          block-size: 40px;
        }
        .label span {
          display: none;
        }
      }
    `,
  ];

  /** The largest first. */
  @property({ attribute: false }) faces: readonly FaceObservation[] = [];
  @property({ attribute: false }) selected: number | undefined;
  /** Id of the face that is enlarged in the picture. */
  @property({ attribute: false }) zoomed: number | undefined;
  @property({ attribute: false }) picture: HTMLCanvasElement | undefined;
  @property({ attribute: false }) names: ReadonlyMap<number, string> = new Map();
  @property({ attribute: false }) arrangement: Arrangement = { order: 'size' };

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const shown = arrange(this.faces, this.arrangement);
    const { words } = this.localised;
    // Where the chosen face is left out, the first tile is the way in.
    const entry = shown.some(({ id }) => id === this.selected) ? this.selected : shown[0]?.id;
    return html`<ul
      role="listbox"
      aria-orientation="horizontal"
      aria-label=${words.text('people')}
      @keydown=${(event: KeyboardEvent) => this.onKeydown(event, shown)}
    >
      ${keyedList(
        shown,
        ({ id }) => id,
        (face) => this.renderTile(face, face.id === entry),
      )}
    </ul>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('faces') || changed.has('picture') || changed.has('arrangement')) this.drawCrops();
    if (!changed.has('selected')) return;
    const chosen = this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]');
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (this.renderRoot.querySelector(':focus') !== null) chosen?.focus();
  }

  private renderTile(face: FaceObservation, isEntry: boolean): TemplateResult {
    const { words } = this.localised;
    const isUnclear = groupOf(face) === null;
    const said = isUnclear ? words.shared('notClear') : words.title(face.expression);
    const name = this.names.get(face.id);
    const number = words.text('faceNumber', { index: this.faces.indexOf(face) + 1 });
    return html`<li
      part="tile"
      role="option"
      data-face=${face.id}
      tabindex=${isEntry ? 0 : -1}
      aria-selected=${face.id === this.selected}
      aria-label="${name ?? number}: ${said}${isUnclear ? '' : ` ${words.percent(face.confidence)}`}"
      title=${face.id === this.zoomed ? words.text('zoomOut') : words.text('zoomIn')}
      @click=${() => this.choose(face.id)}
    >
      <canvas width=${CROP_SIDE} height=${CROP_SIDE}></canvas>
      <span
        class="mark"
        ${styled({ '--_colour': isUnclear ? 'var(--_line)' : expressionColour(face.expression) })}
      ></span>
      <span class="label"
        >${isUnclear ? icon('unclear', 16) : expressionIcon(face.expression, 16)}<span>${name ?? said}</span></span
      >
    </li>`;
  }

  private drawCrops(): void {
    const { picture } = this;
    if (picture === undefined) return;
    const boxes = new Map(this.faces.map(({ id, box }) => [String(id), box]));
    for (const tile of this.renderRoot.querySelectorAll<HTMLElement>('li')) {
      const box = boxes.get(tile.dataset['face'] ?? '');
      const canvas = tile.querySelector('canvas');
      if (box === undefined || canvas === null) continue;
      const { x, y, width, height } = squareAround(centre(box), Math.max(box.width, box.height) * AROUND);
      const context = context2d(canvas);
      context.imageSmoothingQuality = 'high';
      context.fillRect(0, 0, CROP_SIDE, CROP_SIDE);
      context.drawImage(picture, x, y, width, height, 0, 0, CROP_SIDE, CROP_SIDE);
    }
  }

  private choose(faceId: number): void {
    emit(this, 'qcs-command', { name: 'select', faceId });
    emit(this, 'qcs-command', { name: 'zoom', faceId: faceId === this.zoomed ? undefined : faceId });
  }

  private onKeydown(event: KeyboardEvent, shown: readonly FaceObservation[]): void {
    const tile = (event.target as HTMLElement).closest<HTMLElement>('li');
    const index = shown.findIndex(({ id }) => String(id) === tile?.dataset['face']);
    const face = shown[listTarget(event.key, index, shown.length) ?? -1];
    if (face !== undefined) {
      emit(this, 'qcs-command', { name: 'select', faceId: face.id });
      if (this.zoomed !== undefined) emit(this, 'qcs-command', { name: 'zoom', faceId: face.id });
    } else if (event.key === 'Escape' && this.zoomed !== undefined) {
      emit(this, 'qcs-command', { name: 'zoom', faceId: undefined });
    } else if (event.key === 'Enter' || event.key === ' ') tile?.click();
    else return;
    event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-people-strip': QcsPeopleStrip;
  }
}
