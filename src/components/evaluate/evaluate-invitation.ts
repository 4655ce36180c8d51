/** What stands in the Evaluate tab before there is data: how to bring some. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { emit } from '../ui/events.js';
import { icon } from '../ui/icons.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

/**
 * Two ways in, a folder and a zip; anything may be dropped around them.
 *
 * @fires qcs-evaluate-command - `open`.
 * @csspart choice - One of the two buttons.
 */
export class QcsEvaluateInvitation extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        place-items: center;
        min-block-size: 460px;
        padding: 24px;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_surface);
        container-type: inline-size;
      }
      .frame {
        display: grid;
        gap: 24px;
        inline-size: min(100%, 620px);
        text-align: center;
      }
      h2 {
        margin: 0;
        font-size: 22px;
        font-weight: 600;
        letter-spacing: -0.01em;
        text-wrap: balance;
      }
      p {
        margin: 4px 0 0;
        color: var(--_ink-soft);
        text-wrap: balance;
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(2, 1fr);
        gap: 12px;
      }
      .choices button {
        flex-direction: column;
        gap: 4px;
        padding: 24px 8px;
        border-color: var(--_line);
        border-radius: var(--_radius);
        background: var(--_page);
      }
      .choices button:hover {
        border-color: var(--_accent);
        background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
      }
      .choices svg {
        margin-block-end: 8px;
        color: var(--_accent);
      }
      .choices strong {
        font-size: 17px;
        font-weight: 600;
      }
      .choices span {
        color: var(--_ink-soft);
        font-size: 14px;
        font-weight: 400;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 16px;
        margin: 0;
        font-size: 14px;
        text-align: start;
      }
      dt {
        font-weight: 600;
      }
      dd {
        margin: 0;
        color: var(--_ink-soft);
      }
      @container (max-width: 440px) {
        .choices,
        dl {
          grid-template-columns: 1fr;
        }
        dd {
          margin-block-end: 8px;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<div class="frame">
      <div>
        <h2>Measure a model on labelled faces</h2>
        <p>Choose a data set of aligned face images, or drop it here. It stays on this device.</p>
      </div>
      <div class="choices">
        <button
          type="button"
          part="choice"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'open', from: 'folder' })}
        >
          ${icon('folder', 32)}<strong>Folder</strong><span>With all that is in it</span>
        </button>
        <button
          type="button"
          part="choice"
          @click=${() => emit(this, 'qcs-evaluate-command', { name: 'open', from: 'zip' })}
        >
          ${icon('archive', 32)}<strong>Zip</strong><span>The same, packed</span>
        </button>
      </div>
      <dl>
        <dt>Folders by class</dt>
        <dd>happiness/1.png, sadness/2.png; a train or test folder above or below is understood</dd>
        <dt>CSV list</dt>
        <dd>Images with a file of the columns path, label and, if known, split and group</dd>
        <dt>FERPlus</dt>
        <dd>FER2013Train, FER2013Valid, FER2013Test and fer2013new.csv</dd>
      </dl>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-invitation': QcsEvaluateInvitation;
  }
}
