/** What stands in the Evaluate tab before there is data: how to bring some. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { emit } from '../ui/events.js';
import { choiceButton, choiceStyles, invitationStyles } from '../ui/choices.js';
import { icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { surface } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { evaluateArea } from '../../messages/evaluate/area.js';
import { discoverArea } from '../../messages/discover/area.js';
import type { EvaluateCommands } from './commands.js';

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
    invitationStyles,
    choiceStyles,
    css`
      :host {
        display: grid;
        place-items: center;
        min-block-size: 460px;
        padding: 24px;
        ${surface};
        container-type: inline-size;
      }
      .frame {
        display: grid;
        gap: 24px;
        inline-size: min(100%, 620px);
        text-align: center;
      }
      .choices {
        grid-template-columns: repeat(2, 1fr);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 16px;
        font-size: 14px;
        text-align: start;
      }
      dt {
        font-weight: 600;
      }
      dd {
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

  private readonly localised = new Localised(this, evaluateArea);
  private readonly discover = new Localised(this, discoverArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<div class="frame">
      <div>
        <h2>${words.text('invitation')}</h2>
        <p>${words.text('invitationHow')}</p>
      </div>
      <div class="choices">
        ${choiceButton({ icon: 'folder', title: words.text('folder'), hint: words.text('folderHint'), act: () => this.open('folder') })}
        ${choiceButton({ icon: 'archive', title: words.text('zip'), hint: words.text('zipHint'), act: () => this.open('zip') })}
      </div>
      <div>
        <button type="button" class="primary" @click=${() => this.open('drawn')}>
          ${icon('painting')}${this.discover.words.text('tryDrawn')}
        </button>
        <p><small>${this.discover.words.text('drawnHint')}</small></p>
      </div>
      <dl>
        <dt>${words.text('layoutFolders')}</dt>
        <dd>${words.text('layoutFoldersHow')}</dd>
        <dt>${words.text('layoutList')}</dt>
        <dd>${words.text('layoutListHow')}</dd>
        <dt>FERPlus</dt>
        <dd>${words.text('layoutFerplusHow')}</dd>
      </dl>
    </div>`;
  }

  private open(from: EvaluateCommands['open']['from']): void {
    emit(this, 'qcs-evaluate-command', { name: 'open', from });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-invitation': QcsEvaluateInvitation;
  }
}
