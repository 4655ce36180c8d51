/** The four faces of a training step with the weights that cross similarity attention gave their parts, level by level. */
import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { displayName } from '../../expressions.js';
import type { TupleProgress } from '../../training/progress.js';
import { expressionIcon } from '../ui/icons.js';
import { thumbnail, type Thumbnails } from '../ui/thumbnails.js';
import { row } from '../ui/styles.js';
import { tokens } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';
import { counted, percent } from '../ui/words.js';
import { meanAttention, partShares, type AttentionSum } from './attention-mean.js';

/** What each face of a step is there for: anchor, positive, negative and second negative of the literature. */
const ROLES = ['To be told', 'Same class', 'Another class', 'A third class'];
type Face = TupleProgress['faces'][number];

/**
 * What the network finds alike and unlike in one training step: each grid cell is one token's weight in that very step, relative to an even share. Beside
 * it the mean of all steps so far, over the parts of a face.
 *
 * @csspart face - One face with its grid.
 */
export class QcsSimilarityMaps extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        container-type: inline-size;
      }
      .faces {
        display: grid;
        grid-template-columns: repeat(5, minmax(0, 1fr));
        gap: 12px;
      }
      .explained {
        margin-block-end: 12px;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .mean .picture {
        outline: 2px solid var(--_accent);
        outline-offset: 1px;
      }
      .mean svg {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        fill: none;
        stroke: var(--_ink-soft);
        stroke-width: 1.5;
      }
      .parts {
        margin-block-start: 12px;
        font-size: 14px;
      }
      @container (max-width: 520px) {
        .faces {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
      .picture {
        position: relative;
        aspect-ratio: 1;
        border-radius: var(--_radius-control);
        overflow: hidden;
        background: var(--_raised);
      }
      .picture img,
      .picture canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
      .mirrored {
        transform: scaleX(-1);
      }
      :is(.grid, .mean-grid) {
        position: absolute;
        inset: 0;
        display: grid;
        direction: ltr;
      }
      :is(.grid, .mean-grid) span {
        background: var(--_heat);
        mix-blend-mode: normal;
      }
      figcaption {
        ${row};
        gap: 0 4px;
        padding-block-start: 4px;
        font-size: 14px;
      }
      figcaption small {
        flex-basis: 100%;
        font-size: 12px;
      }
      .tools {
        ${row};
        gap: 4px 16px;
        margin-block-end: 12px;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .levels {
        display: flex;
        border: 1px solid var(--_line);
        border-radius: var(--_radius-control);
        overflow: hidden;
      }
      .levels button {
        min-block-size: 32px;
        padding: 0 12px;
        border: 0;
        background: var(--_surface);
        color: var(--_ink);
        font: inherit;
        cursor: pointer;
      }
      .levels button[aria-pressed='true'] {
        background: color-mix(in oklab, var(--_accent) 18%, var(--_surface));
        color: color-mix(in oklab, var(--_accent) 75%, var(--_ink));
        font-weight: 600;
      }
      .key {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-inline-start: auto;
      }
      .ramp {
        inline-size: 72px;
        block-size: 10px;
        border-radius: 5px;
        background: linear-gradient(to right, rgb(20 60 160 / 0.55), transparent, rgb(255 140 0 / 0.75));
      }
    `,
  ];

  @property({ attribute: false }) tuple: TupleProgress | null = null;
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  /** Of all faces so far. */
  @property({ attribute: false }) attention: AttentionSum | null = null;
  @state() private level = 0;

  protected override render(): TemplateResult | typeof nothing {
    const { tuple } = this;
    if (tuple === null) return nothing;
    const levels = tuple.faces[0]?.attention.length ?? 0;
    return html`<p class="explained">
        Four faces are compared part by part. Orange parts counted for more than an even share in this step, blue ones
        for less. Level 1 looks at fine detail, the highest at large shapes.
        <qcs-term about="the four faces">
          Anchor, positive, negative and second negative of a quadruplet, in this order; each cell is one token.
        </qcs-term>
      </p>
      <div class="tools">
        <div class="levels" role="group" aria-label="Level of detail">
          ${Array.from(
            { length: levels },
            (_, level) =>
              html`<button type="button" aria-pressed=${level === this.level} @click=${() => (this.level = level)}>
                Level ${level + 1}
              </button>`,
          )}
        </div>
        <span>Step ${tuple.step}</span>
        <span class="key">less<span class="ramp" aria-hidden="true"></span>more weight</span>
      </div>
      <div class="faces">
        ${tuple.faces.map((face, index) => this.renderFace(face, ROLES.at(index) ?? '', tuple))}
        ${this.attention === null ? nothing : this.renderMean(this.attention)}
      </div>
      ${this.attention === null ? nothing : renderParts(meanAttention(this.attention, this.level))}`;
  }

  private renderMean(sum: AttentionSum): TemplateResult {
    const weights = meanAttention(sum, this.level);
    return html`<figure class="mean">
      <div class="picture" role="img" aria-label="Mean map: ${describe(weights)}">
        ${FACE_OUTLINE}${renderGrid(weights, 'mean-grid')}
      </div>
      <figcaption>
        All so far<small>${counted(sum.faces, 'face', 'faces')}, ${counted(sum.steps, 'step', 'steps')}</small>
      </figcaption>
    </figure>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('tuple') || this.tuple === null) return;
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const { pixels } = this.tuple.faces[Number(canvas.dataset['face'])];
      if (pixels !== null) drawGrey(canvas, pixels, this.tuple.side);
    }
  }

  private renderFace(face: Face, role: string, tuple: TupleProgress): TemplateResult {
    const name = this.classes[face.label] ?? '';
    const index = tuple.faces.indexOf(face);
    const weights = face.attention[this.level] ?? [];
    return html`<figure part="face">
      <div class="picture" role="img" aria-label="${role}, ${name}: ${describe(weights)}">
        ${face.pixels === null ? thumbnail(this.thumbnails, face.id, face) : html`<canvas data-face=${index}></canvas>`}
        ${renderGrid(weights, 'grid')}
      </div>
      <figcaption>${expressionIcon(name, 16)}${displayName(name)}<small>${role}</small></figcaption>
    </figure>`;
  }
}

/** A square grid of the weights, row by row; each cell carries its weight for tests and tools. */
function renderGrid(weights: readonly number[], kind: 'grid' | 'mean-grid'): TemplateResult {
  const side = Math.round(Math.sqrt(weights.length));
  const even = 1 / weights.length;
  const furthest = Math.max(...weights.map((weight) => Math.abs(weight - even)), Number.EPSILON);
  return html`<div class=${kind} ${styled({ 'grid-template-columns': `repeat(${side}, 1fr)` })} aria-hidden="true">
    ${weights.map(
      (weight) => html`<span data-weight=${weight} ${styled({ '--_heat': heat((weight - even) / furthest) })}></span>`,
    )}
  </div>`;
}

/** Eyes, nose and mouth where alignment puts them, in per cent of the picture. */
const FACE_OUTLINE = svg`<svg viewBox="0 0 100 100" aria-hidden="true"><ellipse cx="50" cy="54" rx="40" ry="45"/><path d="M24 34q8-5 15 0M61 34q8-5 15 0"/><ellipse cx="32" cy="40" rx="6" ry="3"/><ellipse cx="69" cy="40" rx="6" ry="3"/><path d="M50 44l-4 16h8M39 77q11 7 23 0"/></svg>`;

/** Where the mean weight lies, in words. */
function renderParts(weights: readonly number[]): TemplateResult {
  const words = partShares(weights).map(
    ({ name, share, even }) => `${name} ${percent(share)} (${percent(even)} if all parts counted alike)`,
  );
  return html`<p class="parts">Of the weight of all steps so far, by part of the face: ${words.join('; ')}.</p>`;
}

/** -1: blue, 0: nothing, 1: orange. */
function heat(value: number): string {
  return value < 0 ? `rgb(20 60 160 / ${(-value * 0.55).toFixed(3)})` : `rgb(255 140 0 / ${(value * 0.75).toFixed(3)})`;
}

/** Where the heaviest cell lies, for people who cannot see the grid. */
function describe(weights: readonly number[]): string {
  const side = Math.round(Math.sqrt(weights.length));
  const best = weights.indexOf(Math.max(...weights));
  return `most weight in row ${Math.floor(best / side) + 1}, column ${(best % side) + 1} of ${side}`;
}

function drawGrey(canvas: HTMLCanvasElement, pixels: Uint8ClampedArray, side: number): void {
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(side, side);
  for (let pixel = 0; pixel < side * side; pixel++) {
    image.data.fill(pixels[pixel], pixel * 4, pixel * 4 + 3);
    image.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-similarity-maps': QcsSimilarityMaps;
  }
}
