/** A tour of the Recognise tab in four steps: offered once, by keys too, and put away for good when asked. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { Localised } from '../../components/ui/localised.js';
import { styled } from '../../components/ui/styled.js';
import { surface } from '../../components/ui/styles.js';
import { buttonStyles, tokens } from '../../components/ui/tokens.js';
import { discoverArea } from '../../messages/discover/area.js';
import { putAwayTour, wasTourPutAway } from './putAway.js';

const STEPS = ['source', 'sample', 'tabs', 'status'] as const;
type Step = (typeof STEPS)[number];

/** Room between what is shown and the ring around it, px. */
const AROUND = 6;

/** Stands among the samples of the first screen. */
export class QcsDemoTour extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      .offer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 4px 8px;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .offer button {
        padding-inline: 8px;
      }
      .offer.taken {
        visibility: hidden;
      }
      .ring {
        position: fixed;
        z-index: 10;
        box-sizing: border-box;
        border: 2px solid var(--_accent);
        border-radius: var(--_radius);
        pointer-events: none;
      }
      .card {
        position: fixed;
        z-index: 11;
        inset-inline: 16px;
        inset-block-end: 56px;
        display: grid;
        gap: 8px;
        max-inline-size: 400px;
        margin-inline: auto;
        padding: 16px 24px;
        ${surface};
        box-shadow: 0 8px 32px rgb(0 0 0 / 25%);
        text-align: start;
      }
      .card.above {
        inset-block: 72px auto;
      }
      .card:focus {
        outline: none;
      }
      h2 {
        font-size: 17px;
      }
      .card p {
        color: var(--_ink-soft);
      }
      .card small {
        color: var(--_ink-soft);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: 8px;
      }
      @media (max-width: 640px) {
        .offer span {
          display: none;
        }
      }
    `,
  ];

  private readonly localised = new Localised(this, discoverArea);
  /** Index of the step; undefined while the tour is only offered. */
  @state() private step: number | undefined;
  @state() private isAway = wasTourPutAway();
  @query('.card') private readonly card!: HTMLElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    globalThis.addEventListener('resize', this.onResize);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    globalThis.removeEventListener('resize', this.onResize);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, direction } = this.localised;
    if (this.isAway) return nothing;
    const { step } = this;
    // The offer keeps its room: what the tour points at stays where it is.
    return html`${step === undefined ? nothing : this.renderStep(STEPS[step], step)}
      <div class="offer ${step === undefined ? '' : 'taken'}" dir=${direction}>
        <span>${words.text('tourOffer')}</span>
        <button type="button" class="quiet" @click=${() => this.go(0)}>${words.text('tourStart')}</button>
        <button type="button" class="quiet" @click=${this.putAway}>${words.text('tourNo')}</button>
      </div>`;
  }

  private renderStep(name: Step, index: number): TemplateResult {
    const { words, direction } = this.localised;
    const place = this.placeOf(name);
    const isLast = index === STEPS.length - 1;
    return html`${place === undefined ? nothing : html`<div class="ring" ${styled(ringAround(place))}></div>`}
      <div
        class="card ${(place?.top ?? 0) > innerHeight / 2 ? 'above' : ''}"
        dir=${direction}
        role="dialog"
        tabindex="-1"
        aria-labelledby="title"
        aria-describedby="text"
        @keydown=${this.onKey}
      >
        <small>${words.text('tourStep', { index: index + 1, total: STEPS.length })}</small>
        <h2 id="title">${words.text(`tour.${name}`)}</h2>
        <p id="text">${words.text(`tour.${name}.text`)}</p>
        <div class="actions">
          ${
            isLast
              ? nothing
              : html`<button type="button" class="quiet" @click=${this.putAway}>${words.text('tourEnd')}</button>`
          }
          ${
            index === 0
              ? nothing
              : html`<button type="button" @click=${() => this.go(index - 1)}>${words.text('back')}</button>`
          }
          <button type="button" class="primary" @click=${() => this.go(index + 1)}>
            ${words.text(isLast ? 'done' : 'next')}
          </button>
        </div>
      </div>`;
  }

  /** Where in the window a step's part is; undefined where it is not there. */
  private placeOf(step: Step): DOMRect | undefined {
    const tab = this.getRootNode() as ShadowRoot;
    const page = tab.host.getRootNode() as ShadowRoot | Document;
    const parts: Readonly<Record<Step, () => Element | null | undefined>> = {
      source: () =>
        tab
          .querySelector('qcs-fer')
          ?.renderRoot.querySelector('qcs-stage-invitation')
          ?.renderRoot.querySelector('.choices'),
      sample: () => tab.querySelector('qcs-demo-samples'),
      tabs: () => page.querySelector('[role=tablist]'),
      status: () => tab.querySelector('qcs-demo-status-line'),
    };
    return parts[step]()?.getBoundingClientRect();
  }

  private go(step: number): void {
    if (step >= STEPS.length) return this.putAway();
    this.step = Math.max(0, step);
    void this.updateComplete.then(() => this.card?.focus());
  }

  private readonly putAway = (): void => {
    putAwayTour();
    this.step = undefined;
    this.isAway = true;
    // Where the focus was is gone: it goes on from what stands before.
    (this.getRootNode() as ShadowRoot).querySelector('qcs-demo-samples')?.renderRoot.querySelector('button')?.focus();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const isRtl = getComputedStyle(this.card ?? this).direction === 'rtl';
    const [forward, backward] = isRtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    if (event.key === 'Escape') this.putAway();
    else if (event.key === forward) this.go((this.step ?? 0) + 1);
    else if (event.key === backward) this.go((this.step ?? 0) - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly onResize = (): void => {
    if (this.step !== undefined) this.requestUpdate();
  };
}

/** Inside the window. */
function ringAround({ left, top, right, bottom }: DOMRect): Readonly<Record<string, string>> {
  const [from, to] = [Math.max(left - AROUND, 2), Math.min(right + AROUND, innerWidth - 2)];
  const [above, below] = [Math.max(top - AROUND, 2), Math.min(bottom + AROUND, innerHeight - 2)];
  return { left: `${from}px`, top: `${above}px`, width: `${to - from}px`, height: `${below - above}px` };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-tour': QcsDemoTour;
  }
}
