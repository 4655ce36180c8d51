/** The first screen's readings: pictures of the page's own, each with what the model said of it, and a way to see it read here. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { displayName } from '../expressions.js';
import { emit } from '../components/ui/events.js';
import { expressionIcon } from '../components/ui/icons.js';
import { styled } from '../components/ui/styled.js';
import { buttonStyles, expressionColour, tokens } from '../components/ui/tokens.js';
import { SAMPLES, sampleOf, type SampleFace } from './samples.js';

/** Detail of `qcs-demo-sample`: which picture was chosen. */
export interface SampleDetail {
  readonly file: string;
}

export class QcsDemoSamples extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
        justify-items: center;
        max-inline-size: 640px;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        justify-content: center;
      }
      button {
        gap: 12px;
        padding: 8px 16px 8px 8px;
        border-color: var(--_line);
        border-radius: var(--_radius);
        background: var(--_page);
        text-align: start;
      }
      .picture {
        position: relative;
        flex: none;
        inline-size: 72px;
        block-size: 72px;
        overflow: hidden;
        border-radius: var(--_radius-control);
        background: var(--_stage);
        direction: ltr;
      }
      img {
        position: absolute;
      }
      .frame {
        position: absolute;
        inset: 8px;
        border: 2px solid var(--_colour);
        border-radius: 8px;
      }
      .words {
        display: grid;
        gap: 2px;
      }
      .said {
        display: flex;
        align-items: center;
        gap: 4px;
        font-weight: 600;
      }
      small {
        font-size: 13px;
      }
      p {
        color: var(--_ink-soft);
        font-size: 14px;
        text-align: center;
        text-wrap: balance;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<ul>
        ${SAMPLES.map(({ file, title, by }) => {
          const [face] = sampleOf(file)?.faces ?? [];
          return face === undefined ? nothing : html`<li>${this.renderSample(file, title, by, face)}</li>`;
        })}
      </ul>
      <p>It says how people would name the look of a face, not what somebody feels. Pictures stay on this device.</p>`;
  }

  private renderSample(file: string, title: string, by: string, face: SampleFace): TemplateResult {
    const { expression, confidence, box } = face;
    // The face fills the square, with some room around it.
    const scale = 56 / (box.width * 100);
    const side = { inlineSize: `${100 * scale}px` };
    const { width, height } = sampleOf(file)!;
    const drawn = { width: 100 * scale, height: (100 * scale * height) / width };
    return html`<button type="button" @click=${() => emit(this, 'qcs-demo-sample', { file })}>
      <span class="picture" ${styled({ '--_colour': expressionColour(expression) })}>
        <img
          src=${`${import.meta.env.BASE_URL}samples/${file}`}
          alt=""
          decoding="async"
          ${styled({
            'inline-size': side.inlineSize,
            left: `${8 - box.x * drawn.width}px`,
            top: `${8 - box.y * drawn.height}px`,
          })}
        /><span class="frame"></span>
      </span>
      <span class="words">
        <span>Try ${title}</span>
        <span class="said"
          >${expressionIcon(expression, 18)}${displayName(expression)}
          <bdi>${Math.round(100 * confidence)} %</bdi></span
        >
        <small>${by}</small>
      </span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-samples': QcsDemoSamples;
  }
  interface HTMLElementEventMap {
    'qcs-demo-sample': CustomEvent<SampleDetail>;
  }
}
