/** The sessions that are kept in this browser, each to open or to delete. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { buttonStyles, tokens } from '../components/ui/tokens.js';
import { Localised } from '../components/ui/localised.js';
import { asQcsError } from '../errors.js';
import { demoArea } from '../messages/demo/area.js';
import type { Session } from '../report/session.js';
import { SessionStore, type KeptSession } from '../report/sessionStore.js';
import { keptFolders } from '../storage/inventory.js';
import { openOpfs } from '../storage/opfsStorage.js';

declare global {
  interface HTMLElementEventMap {
    'qcs-demo-open-session': CustomEvent<{ readonly session: Session; readonly id: string }>;
  }
}

/** Shows nothing while none is kept. */
export class QcsDemoKeptSessions extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }
      li span {
        flex: 1;
        min-inline-size: 8em;
        overflow-wrap: anywhere;
      }
    `,
  ];

  private readonly localised = new Localised(this, demoArea);
  @state() private kept: readonly KeptSession[] = [];
  @state() private said = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.kept.length === 0 && this.said === '') return nothing;
    const { words } = this.localised;
    return html`<details>
      <summary>${words.text('keptSessions', { total: this.kept.length })}</summary>
      <ul>
        ${this.kept.map(
          ({ id, title, date, bytes }) =>
            html`<li>
              <span>${title} <small>${date.slice(0, 10)}, ${words.bytes(bytes)}</small></span>
              <button type="button" class="quiet" @click=${() => void this.open(id)}>${words.text('open')}</button>
              <button type="button" class="quiet" @click=${() => void this.delete(id)}>${words.text('delete')}</button>
            </li>`,
        )}
      </ul>
      <p role="status">${this.said}</p>
    </details>`;
  }

  /** Looks anew. Makes no storage where there is none. */
  async look(): Promise<void> {
    const isThere = (await keptFolders()).some(({ name }) => name === 'sessions');
    this.kept = isThere ? await new SessionStore(await openOpfs()).list() : [];
  }

  private async open(id: string): Promise<void> {
    try {
      const session = await new SessionStore(await openOpfs()).open(id);
      this.dispatchEvent(
        new CustomEvent('qcs-demo-open-session', { detail: { session, id }, bubbles: true, composed: true }),
      );
    } catch (error) {
      this.said = asQcsError(error).message;
    }
  }

  private async delete(id: string): Promise<void> {
    await new SessionStore(await openOpfs()).delete(id);
    await this.look();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-kept-sessions': QcsDemoKeptSessions;
  }
}
