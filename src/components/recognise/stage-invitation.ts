/** What stands in the stage before there is a picture: an invitation, never a blank box. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import type { FerCommand } from './commands.js';
import { emit } from '../ui/events.js';
import { icon, type IconName } from '../ui/icons.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

interface Choice {
  readonly command: FerCommand;
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
}

const CHOICES: readonly Choice[] = [
  { command: { name: 'camera' }, icon: 'camera', title: 'Camera', hint: 'Live, from this device' },
  { command: { name: 'photo' }, icon: 'photo', title: 'Photo', hint: 'Every face in it' },
  { command: { name: 'video' }, icon: 'video', title: 'Video', hint: 'Expressions over time' },
];

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
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 12px;
        inline-size: min(100cqi - 64px, 640px);
      }
      .choices button {
        flex-direction: column;
        gap: 4px;
        padding: 24px 8px;
        border: 1px solid var(--_line);
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
      .title {
        font-size: 17px;
        font-weight: 600;
      }
      .hint {
        color: var(--_ink-soft);
        font-size: 14px;
        font-weight: 400;
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

  protected override render(): TemplateResult {
    return html`<div class="frame">
      <div>
        <h2>Show me a face</h2>
        <p>Choose a source, or drop or paste a photo or video.</p>
      </div>
      <div class="choices">
        ${CHOICES.map(
          (choice) =>
            html`<button type="button" part="choice" @click=${() => emit(this, 'qcs-command', choice.command)}>
              ${icon(choice.icon, 32)}
              <span class="title">${choice.title}</span>
              <span class="hint">${choice.hint}</span>
            </button>`,
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
