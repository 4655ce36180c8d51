/** The ways out of a report: as text, as a picture, as a page, or kept in this browser. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { asQcsError } from '../../errors.js';
import { context2d, createCanvas } from '../../faces/canvas.js';
import { reportArea } from '../../messages/report/area.js';
import { sessionChart } from '../../report/chart.js';
import { formatSession, TEXT_FORMATS, type TextFormatName } from '../../report/formats/index.js';
import { sessionPage } from '../../report/formats/page.js';
import type { Session } from '../../report/session.js';
import { SessionStore } from '../../report/sessionStore.js';
import { openOpfs } from '../../storage/opfsStorage.js';
import { selectField } from '../ui/form.js';
import { icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { saveFile } from '../ui/save-file.js';
import { field, row } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { FACE_CHOICES, facesAs, type FaceChoice } from './shown-faces.js';

/** Pixels of the picture for one of the drawing. */
const SHARPNESS = 2;

export class QcsSessionExports extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .row {
        ${row};
        gap: 8px;
      }
      select {
        ${field}
      }
      p {
        color: var(--_ink-soft);
        font-size: 14px;
      }
      h3 {
        font-size: 16px;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  /** Where the session is kept; undefined while it is not. */
  @property({ attribute: false }) kept: string | undefined;
  private readonly localised = new Localised(this, reportArea);
  @state() private faces: FaceChoice = 'blurred';
  @state() private said = '';

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session === undefined) return nothing;
    const { words } = this.localised;
    const choices = FACE_CHOICES.map((choice): [FaceChoice, string] => [choice, words.text(`faces.${choice}`)]);
    return html`<h3>${words.text('takeAlong')}</h3>
      <div class="row">${selectField(words.text('facesIn'), choices, this.faces, (faces) => (this.faces = faces))}</div>
      <div class="row">
        ${this.button(words.text('format.page'), () => this.savePage(session))}
        ${this.button(words.text('format.chart'), () => this.saveChart(session))}
        ${(Object.keys(TEXT_FORMATS) as TextFormatName[]).map((name) =>
          this.button(words.text(`format.${name}`), () => this.saveText(session, name)),
        )}
      </div>
      <p>${words.text('noPictures')}</p>
      <div class="row">
        <button type="button" @click=${() => void this.attempt(() => this.keep(session))}>
          ${icon('archive')}${words.text(this.kept === undefined ? 'keep' : 'keepChanges')}
        </button>
      </div>
      <p role="status">${this.said}</p>`;
  }

  private button(title: string, act: () => Promise<void> | void): TemplateResult {
    return html`<button type="button" @click=${() => void this.attempt(act)}>${icon('download')}${title}</button>`;
  }

  private async attempt(act: () => Promise<void> | void): Promise<void> {
    this.said = '';
    try {
      await act();
    } catch (error) {
      this.said = this.localised.words.fault(asQcsError(error));
    }
  }

  private saveText(session: Session, name: TextFormatName): void {
    const { ending, type } = TEXT_FORMATS[name];
    saveFile(nameOf(session) + ending, new Blob([formatSession(session, name, this.localised.words)], { type }));
  }

  private async savePage(session: Session): Promise<void> {
    const pictures = await facesAs(this.faces, session.pictures);
    saveFile(
      `${nameOf(session)}.html`,
      new Blob([sessionPage(session, pictures, this.localised.words)], { type: 'text/html' }),
    );
  }

  private async saveChart(session: Session): Promise<void> {
    const { svg, size } = sessionChart(session, this.localised.words);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = createCanvas(size.width * SHARPNESS, size.height * SHARPNESS);
    context2d(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = canvas instanceof HTMLCanvasElement ? await pngOf(canvas) : await canvas.convertToBlob();
    saveFile(`${nameOf(session)}.png`, blob);
  }

  private async keep(session: Session): Promise<void> {
    const store = new SessionStore(await openOpfs());
    const pictures = await facesAs(this.faces, session.pictures);
    this.kept = await store.keep({ ...session, pictures }, this.kept);
    this.said = this.localised.words.text('keptNow');
  }
}

/** Without what systems refuse in names of files. */
function nameOf({ title }: Session): string {
  return (
    title
      .replace(/\.\w{2,4}$/, '')
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, '-')
      .slice(0, 80) || 'session'
  );
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The browser makes no PNG.')) : resolve(blob)));
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-session-exports': QcsSessionExports;
  }
}
