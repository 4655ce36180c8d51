/** A small mark beside plain words, which tells on hover and focus what the literature calls the thing. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { styled } from './styled.js';
import { surface } from './styles.js';
import { tokens } from './tokens.js';

/** Kept free between a tip and the edge of the window, px. */
const EDGE = 8;

/**
 * Escape hides the tip; the pointer may go onto it.
 *
 * @slot - The published term with a sentence about it.
 * @csspart tip - What appears.
 */
export class QcsTerm extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        position: relative;
        display: inline-block;
        vertical-align: middle;
        font-size: 14px;
        font-weight: 400;
      }
      button {
        display: inline-grid;
        place-items: center;
        inline-size: 24px;
        block-size: 24px;
        padding: 0;
        border: 1px solid var(--_line);
        border-radius: 50%;
        background: none;
        color: var(--_ink-soft);
        font: inherit;
        font-size: 13px;
        cursor: help;
      }
      span {
        position: absolute;
        inset-block-start: 100%;
        inset-inline-start: 0;
        z-index: 3;
        inline-size: max-content;
        max-inline-size: min(280px, 80vw);
        padding: 8px 12px;
        ${surface};
        box-shadow: 0 4px 16px rgb(0 0 0 / 18%);
        color: var(--_ink);
        line-height: 1.4;
        text-align: start;
        translate: var(--_shift, 0) 0;
        visibility: hidden;
      }
      :host(:hover) span:not(.away),
      button:focus-visible + span:not(.away) {
        visibility: visible;
      }
    `,
  ];

  /** What stands beside it, for those who hear it. */
  @property() about = '';
  /** It was hidden by hand, until it is asked for anew. */
  @state() private away = false;
  /** To the left, so that it stays in the window, px. */
  @state() private shift = 0;

  constructor() {
    super();
    for (const name of ['pointerenter', 'focusin'] as const) this.addEventListener(name, this.place);
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.away = true;
    });
  }

  protected override render(): TemplateResult {
    return html`<button type="button" aria-label="The term for: ${this.about}" aria-describedby="tip">?</button
      ><span
        id="tip"
        role="tooltip"
        part="tip"
        class=${this.away ? 'away' : ''}
        ${styled({ '--_shift': `${this.shift}px` })}
        ><slot></slot
      ></span>`;
  }

  private readonly place = (): void => {
    this.away = false;
    const tip = this.renderRoot.querySelector('span');
    if (tip === null) return;
    const { left, right } = tip.getBoundingClientRect();
    const [first, last] = [left - this.shift, right - this.shift];
    this.shift = Math.round(Math.max(EDGE - first, Math.min(0, document.documentElement.clientWidth - EDGE - last)));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-term': QcsTerm;
  }
}
