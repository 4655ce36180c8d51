/** Asks before the camera, where the page must have an answer first. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { recogniseArea } from '../../messages/recognise/area.js';
import { emit } from '../ui/events.js';
import { icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { stagePanelStyles } from './stage-panel.styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

/**
 * Says what happens with the picture and what a reading is not, with a button for either answer.
 *
 * @slot - Words of the page's own, under the built-in ones.
 * @event qcs-command - A button was pressed; `<qcs-fer>` around it carries out `detail`.
 */
export class QcsStageConsent extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    stagePanelStyles,
    css`
      .panel > svg {
        color: var(--_accent);
      }
    `,
  ];

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<div class="panel" role="group" aria-labelledby="title" aria-describedby="text">
      ${icon('lock', 36)}
      <h2 id="title">${words.text('consentTitle')}</h2>
      <p id="text">${words.text('consentText')}</p>
      <slot></slot>
      <div class="steps">
        <button type="button" class="primary" @click=${() => emit(this, 'qcs-command', { name: 'agree' })}>
          ${words.text('consentAgree')}
        </button>
        <button type="button" @click=${() => emit(this, 'qcs-command', { name: 'decline' })}>
          ${words.text('consentDecline')}
        </button>
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-stage-consent': QcsStageConsent;
  }
}
