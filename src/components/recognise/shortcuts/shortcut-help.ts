/** Which keys do what, in a dialog over the element. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { Localised } from '../../ui/localised.js';
import { surface } from '../../ui/styles.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';

type Key = Extract<keyof typeof recogniseArea.english, string>;

/** Keys with the message that says what they do. Space has a name in every language, the others are drawn. */
const KEYS = [
  [['keySpace'], 'keyPause'],
  [['←', '→'], 'keyWalk'],
  [['Tab'], 'keyTab'],
  [['?'], 'keyHelp'],
] as const satisfies readonly (readonly [keys: readonly string[], meaning: Key])[];

/** The keyboard's shortcuts. */
export class QcsShortcutHelp extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      dialog {
        inline-size: min(90vw, 420px);
        padding: 24px;
        color: var(--_ink);
        ${surface}
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      h2 {
        margin-block-end: 16px;
        font-size: 18px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px 16px;
        align-items: center;
        margin-block-end: 24px;
      }
      dt {
        direction: ltr;
      }
      kbd {
        display: inline-block;
        min-inline-size: 28px;
        padding: 2px 8px;
        border: 1px solid var(--_control-line);
        border-radius: 6px;
        font: inherit;
        font-size: 14px;
        text-align: center;
      }
    `,
  ];

  private readonly localised = new Localised(this, recogniseArea);
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** Opens the list; Escape closes it, and the focus goes back to where it was. */
  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${words.text('keys')}</h2>
      <dl>
        ${KEYS.map(
          ([keys, meaning]) =>
            html`<dt>${keys.map((key) => html`<kbd>${key === 'keySpace' ? words.text(key) : key}</kbd> `)}</dt>
              <dd>${words.text(meaning)}</dd>`,
        )}
      </dl>
      <form method="dialog"><button class="primary">${words.shared('close')}</button></form>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-shortcut-help': QcsShortcutHelp;
  }
}
