/** One class in the studio: what is there of it, what is missing, what is wrong with it, and its takes to record. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { displayName } from '../../../expressions.js';
import { imagesOf, wantedOf, type ClassReadiness } from '../../../dataset/readiness.js';
import { SPLIT_OF, TAKE_PURPOSES, type TakePurpose } from '../../../dataset/takes.js';
import type { ConditionFlag } from '../../../reading/conditions.js';
import type { ClassLook } from '../../../training/session/looks.js';
import { emit } from '../../ui/events.js';
import { expressionIcon, icon } from '../../ui/icons.js';
import { row, surface } from '../../ui/styles.js';
import { thumbnail, type Thumbnails } from '../../ui/thumbnails.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { counted } from '../../ui/words.js';
import { PURPOSE_MEANINGS, PURPOSE_NAMES } from './take-script.js';

/** A class with less than this part of the largest one's images is called few. */
const UNBALANCED = 0.5;
/** A part of the images that is worth a word. */
const MANY_FAULTY = 0.2;
/** Below the first, faces differ less than a face and its mirror image; see `varietyOf`. */
const VARIETY_STEPS = [
  [1, 'little variety: turn, lean back, change the light'],
  [2, 'some variety'],
  [Infinity, 'good variety'],
] as const;

const FAULT_WORDS: Readonly<Record<ConditionFlag, string>> = {
  cut: 'cut off',
  turned: 'turned too far',
  small: 'too small',
  blurred: 'blurred',
  noisy: 'noisy',
  covered: 'partly covered',
  dark: 'too dark',
  bright: 'too bright',
};

/** @fires qcs-take-wanted - A take is to be recorded. */
export class QcsClassCard extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 8px;
        padding: 12px;
        ${surface};
      }
      :host([recording]) {
        border-color: var(--_accent);
        box-shadow: 0 0 0 1px var(--_accent);
      }
      header,
      .takes {
        ${row};
        gap: 8px;
      }
      h3 {
        font-size: 16px;
        overflow-wrap: anywhere;
      }
      .count {
        margin-inline-start: auto;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .faces {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        block-size: 40px;
        overflow: hidden;
      }
      .faces img {
        inline-size: 40px;
        block-size: 40px;
        border-radius: 6px;
        object-fit: cover;
      }
      .takes button {
        flex: 1 1 0;
        flex-direction: column;
        align-items: flex-start;
        gap: 0;
        min-inline-size: 0;
        padding: 4px 8px;
        font-size: 14px;
        text-align: start;
      }
      .takes button svg {
        inline-size: 16px;
        block-size: 16px;
      }
      .takes span {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .takes small {
        font-size: 13px;
      }
      .takes button.wanted {
        border-color: var(--_accent);
      }
      .takes button.wanted small {
        color: var(--_accent);
      }
      .notes {
        color: var(--_ink-soft);
        font-size: 14px;
      }
    `,
  ];

  @property({ attribute: false }) readiness: ClassReadiness | null = null;
  @property({ attribute: false }) look: ClassLook | null = null;
  /** Images of the largest class. */
  @property({ type: Number }) largest = 0;
  /** The newest faces, by id. */
  @property({ attribute: false }) faces: readonly string[] = [];
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  /** A take is on, of this or another class. */
  @property({ type: Boolean }) busy = false;
  /** Of this class. */
  @property({ type: Boolean, reflect: true }) recording = false;

  protected override render(): TemplateResult | typeof nothing {
    const { readiness, thumbnails } = this;
    if (readiness === null) return nothing;
    const { name } = readiness;
    const notes = this.notes(readiness);
    return html`<header>
        ${expressionIcon(name, 24)}
        <h3>${displayName(name)}</h3>
        <span class="count">${counted(imagesOf(readiness), 'face', 'faces')}</span>
      </header>
      ${
        this.faces.length === 0
          ? nothing
          : html`<div class="faces">${this.faces.map((id) => thumbnail(thumbnails, id))}</div>`
      }
      <div class="takes">${TAKE_PURPOSES.map((purpose) => this.renderTake(readiness, purpose))}</div>
      ${notes.length === 0 ? nothing : html`<p class="notes">${sentenceOf(notes)}</p>`}`;
  }

  private renderTake(readiness: ClassReadiness, purpose: TakePurpose): TemplateResult {
    const { name, counts } = readiness;
    const count = counts[SPLIT_OF[purpose]];
    const wanted = wantedOf(readiness) === purpose;
    const state = count === 0 ? 'no take' : wanted ? `${count}, too few` : String(count);
    return html`<button
      type="button"
      class=${wanted ? 'wanted' : ''}
      title=${PURPOSE_MEANINGS[purpose]}
      aria-label=${`${PURPOSE_NAMES[purpose]} ${state}: ${displayName(name)}. Record a take`}
      ?disabled=${this.busy}
      @click=${() => emit(this, 'qcs-take-wanted', { name, purpose })}
    >
      <span>${wanted || count === 0 ? icon('camera', 16) : icon('check', 16)}${PURPOSE_NAMES[purpose]}</span>
      <small>${state}</small>
    </button>`;
  }

  /** What is worth a word, the gravest first. */
  private notes(readiness: ClassReadiness): string[] {
    const { look, largest } = this;
    const notes: string[] = [];
    if (readiness.counts.train > 0 && readiness.counts.test === 0) notes.push('needs a test take');
    if (look !== null) {
      for (const [flag, count] of Object.entries(look.faults) as [ConditionFlag, number][]) {
        if (count > MANY_FAULTY * look.looked) notes.push(`${count} of ${look.looked} ${FAULT_WORDS[flag]}`);
      }
    }
    if (imagesOf(readiness) > 0 && imagesOf(readiness) < UNBALANCED * largest)
      notes.push('few, beside the other classes');
    if (look !== null && look.variety !== null) {
      const { variety } = look;
      notes.push(VARIETY_STEPS.find(([below]) => variety < below)![1]);
    }
    return notes;
  }
}

function sentenceOf(notes: readonly string[]): string {
  const text = notes.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-class-card': QcsClassCard;
  }
  interface HTMLElementEventMap {
    'qcs-take-wanted': CustomEvent<{ readonly name: string; readonly purpose: TakePurpose }>;
  }
}
