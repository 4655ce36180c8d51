/** What stands in the stage before there is a picture: an invitation, never a blank box. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { recogniseArea } from '../../messages/recognise/area.js';
import { emit } from '../ui/events.js';
import { choiceButton, choiceStyles, invitationStyles } from '../ui/choices.js';
import { Localised } from '../ui/localised.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

const CHOICES = ['camera', 'photo', 'video'] as const;

/**
 * Three ways in: camera, photo, video. Files may be dropped around them.
 *
 * @slot - Further choices under the three, such as a sample picture.
 * @event qcs-command - A button was pressed; `<qcs-fer>` around it carries out `detail`.
 * @csspart choice - One of the three buttons.
 */
export class QcsStageInvitation extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    invitationStyles,
    choiceStyles,
    css`
      :host {
        display: grid;
        place-items: safe center;
        block-size: 100%;
        padding: clamp(8px, 3cqi, 24px);
        background: var(--_surface);
        container-type: inline-size;
      }
      .frame {
        display: grid;
        gap: 24px;
        inline-size: 100%;
        min-block-size: 100%;
        padding: 24px clamp(12px, 4cqi, 48px);
        place-content: center;
        justify-items: center;
        border: 1.5px dashed var(--_line);
        border-radius: var(--_radius);
        text-align: center;
      }
      .choices {
        grid-template-columns: repeat(3, 1fr);
        inline-size: min(100cqi - 64px, 640px);
      }
      @container (max-width: 440px) {
        .frame {
          gap: 12px;
          padding-block: 12px;
        }
        .choices {
          grid-template-columns: 1fr;
          gap: 8px;
        }
        .choices button {
          display: grid;
          grid-template-columns: auto 1fr;
          column-gap: 16px;
          row-gap: 0;
          justify-items: start;
          padding: 12px 16px;
          text-align: start;
        }
        .choices svg {
          grid-row: span 2;
          margin: 0;
        }
      }
    `,
  ];

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<div class="frame">
      <div>
        <h2>${words.text('invitation')}</h2>
        <p>${words.text('invitationHow')}</p>
      </div>
      <div class="choices">
        ${CHOICES.map((name) =>
          choiceButton({
            icon: name,
            title: words.text(name),
            hint: words.text(`${name}Hint`),
            act: () => emit(this, 'qcs-command', { name }),
          }),
        )}
      </div>
      <slot></slot>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-stage-invitation': QcsStageInvitation;
  }
}
