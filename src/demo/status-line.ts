/** The thin line under everything: backend, model, milliseconds, frames a second, and what leaves the page. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ReadyDetail } from '../components/recognise/events.js';
import { icon } from '../components/ui/icons.js';
import { Localised } from '../components/ui/localised.js';
import { tokens } from '../components/ui/tokens.js';
import { demoArea } from '../messages/demo/area.js';
import type { Pace } from './frame-rate.js';
import { followCopy, offlineCopy } from './offline/copy.js';

const BACKENDS = { webgpu: 'WebGPU', wasm: 'WebAssembly' } as const;

/** What follows the time of reading. */
const MIRROR_NOTES = { only: 'mirrorOnly', both: 'mirrorBoth' } as const;

/** What runs, how fast, and the privacy line. */
export class QcsDemoStatusLine extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 16px;
        min-block-size: 40px;
        padding: 6px 16px max(6px, env(safe-area-inset-bottom));
        color: var(--_ink-soft);
        font-size: 13px;
      }
      details {
        position: relative;
      }
      summary {
        cursor: pointer;
        text-decoration: underline dotted;
        text-underline-offset: 3px;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      .reason {
        margin: 0;
        position: absolute;
        inset-block-end: 28px;
        inset-inline-start: 0;
        z-index: 10;
        inline-size: min(340px, 80vw);
        padding: 12px;
        border: 1px solid var(--_line);
        border-radius: var(--_radius-control);
        background: var(--_surface);
        color: var(--_ink);
        box-shadow: 0 4px 20px rgb(0 0 0 / 18%);
      }
      .privacy {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        margin-inline-start: auto;
        min-block-size: 24px;
        color: var(--_ink-soft);
      }
      .privacy:hover {
        color: var(--_accent);
      }
      b {
        color: var(--_ink);
        font-weight: 550;
      }
      @media (max-width: 640px) {
        :host {
          padding-inline: 12px;
          gap: 0 12px;
        }
        .stages,
        .offline,
        .model {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) ready: ReadyDetail | undefined;
  @property({ attribute: false }) pace: Pace | undefined;

  private readonly localised = new Localised(this, demoArea);

  constructor() {
    super();
    followCopy(this);
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`${this.ready === undefined ? html`<span>${words.text('noModel')}</span>` : this.renderReady(this.ready)}
      ${this.pace === undefined ? nothing : this.renderPace(this.pace)} ${this.renderOffline()}
      <a class="privacy" href="#about-privacy">${icon('lock', 16)}${words.text('nothingLeaves')}</a>`;
  }

  private renderOffline(): TemplateResult | typeof nothing {
    const { state, bytes } = offlineCopy;
    const { words } = this.localised;
    if (state === 'making') return html`<span class="offline">${words.text('offlineMaking')}</span>`;
    if (bytes === 0) return nothing;
    return html`<span class="offline">${words.text('offlineReady', { size: words.bytes(bytes) })}</span>`;
  }

  private renderReady({ backend, backendReason, model }: ReadyDetail): TemplateResult {
    return html`<details>
        <summary>
          <b>${BACKENDS[backend]}</b><span class="visually-hidden">: ${this.localised.words.text('whyBackend')}</span>
        </summary>
        <p class="reason" lang="en" dir="ltr">${backendReason}</p>
      </details>
      <span class="model">${model.id} ${model.version}</span>`;
  }

  private renderPace({ timing, framesPerSecond }: Pace): TemplateResult {
    const { words } = this.localised;
    const ms = (value: number) => html`<bdi><b>${words.number(value, value < 10 ? 1 : 0)}</b> ms</bdi>`;
    const mirror = timing.mirror === undefined ? undefined : MIRROR_NOTES[timing.mirror];
    return html`<span>${ms(timing.total)} ${words.text('inAll')}</span>
      <span class="stages"
        >${words.text('find')} ${ms(timing.detect)}, ${words.text('align')} ${ms(timing.align)}, ${words.text('read')}
        ${ms(timing.infer)}${mirror === undefined ? nothing : html`, ${words.text(mirror)}`}</span
      >
      ${
        framesPerSecond === undefined
          ? nothing
          : html`<span><b>${words.number(framesPerSecond, 1)}</b> ${words.text('framesASecond')}</span>`
      }`;
  }
}
