/** What this page keeps in this browser, with one button that deletes all of it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { megabytes } from '../base/format.js';
import { buttonStyles, tokens } from '../components/ui/tokens.js';
import { asQcsError } from '../errors.js';
import { LANGUAGES } from '../messages/languages.js';
import { deleteKeptFolders, keptFolders, type KeptFolder } from '../storage/inventory.js';
import { forgetNotice, isNoticeUnderstood } from './first-use.js';
import { forgetLanguage, storedLanguage } from './language.js';
import { followCopy, offlineCopy } from './offline/copy.js';
import { forgetTheme, storedTheme } from './theme.js';
import { forgetTour, wasTourPutAway } from './tour/putAway.js';

const NAMES: Readonly<Record<string, string>> = {
  dataset: 'Faces that you collected for training, with their labels',
  datasets: 'Further data sets, and their names',
  run: 'A training that was interrupted',
  runs: 'The table of your past trainings',
  models: 'Models that you added or trained',
  sessions: 'Sessions that you kept: readings, notes and small pictures of faces as you chose them',
};

export class QcsDemoKept extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: block;
      }
      ul {
        margin: 0 0 12px;
        padding-inline-start: 20px;
      }
      p {
        margin: 0 0 12px;
      }
    `,
  ];

  @state() private kept: readonly KeptFolder[] | null = null;
  /** What was said last. */
  @state() private said = '';

  constructor() {
    super();
    followCopy(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  protected override render(): TemplateResult {
    const { kept } = this;
    if (kept === null) return html``;
    const theme = storedTheme();
    const language = storedLanguage();
    const lines = [
      ...kept.map(({ name, files, bytes }) => {
        const title = new Map(Object.entries(NAMES)).get(name) ?? name;
        return `${title}: ${files} ${files === 1 ? 'file' : 'files'}, ${megabytes(bytes)}`;
      }),
      ...(offlineCopy.bytes === 0
        ? []
        : [`A copy of this page for use without a network: ${megabytes(offlineCopy.bytes)}`]),
      ...(theme === 'system' ? [] : [`Your choice of colours: ${theme}`]),
      ...(isNoticeUnderstood() ? ['That you have understood the notice of the first visit'] : []),
      ...(language === null ? [] : [`Your choice of language: ${LANGUAGES[language]}`]),
      ...(wasTourPutAway() ? ['That you had the tour, or wanted none'] : []),
    ];
    return html`
      ${
        lines.length === 0
          ? html`<p>Nothing is kept in this browser.</p>`
          : html`<ul part="list">
                ${lines.map((line) => html`<li>${line}</li>`)}
              </ul>
              <p><button type="button" @click=${() => void this.deleteAll()}>Delete all of it</button></p>`
      }
      <p role="status">${this.said === '' ? nothing : this.said}</p>
    `;
  }

  /** Looks anew. */
  async look(): Promise<void> {
    this.kept = await keptFolders();
  }

  private async deleteAll(): Promise<void> {
    const question =
      'Delete all faces, runs, models and sessions that are kept in this browser, and the copy of this page? This cannot be undone.';
    if (!confirm(question)) return;
    try {
      await deleteKeptFolders();
      await offlineCopy.delete();
      forgetTheme();
      forgetLanguage();
      forgetTour();
      forgetNotice();
      this.said = 'All of it was deleted. Reload the page before you collect anew.';
    } catch (cause) {
      this.said = asQcsError(cause).message;
    }
    await this.look();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-kept': QcsDemoKept;
  }
}
