/** A photo with its readings, to save or to hand to another app. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { AnyCanvas } from '../../../faces/canvas.js';
import type { FaceObservation } from '../../../inference/observation.js';
import { asQcsError, RuntimeError } from '../../../errors.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { checkbox, formStyles } from '../../ui/form.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { saveFile } from '../../ui/save-file.js';
import { row } from '../../ui/styles.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { sentence } from '../../ui/words.js';
import { annotatedPicture } from './annotated-picture.js';

const FILE_NAME = 'qcs-fer.jpg';
const QUALITY = 0.92;

/** Save, share where the browser can, and faces blurred for both. */
export class QcsPictureExport extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formStyles,
    css`
      :host {
        ${row};
        gap: 8px 12px;
      }
      .check {
        inline-size: 100%;
      }
      p:empty {
        display: none;
      }
    `,
  ];

  @property({ attribute: false }) faces: readonly FaceObservation[] = [];
  @property({ attribute: false }) picture: HTMLCanvasElement | undefined;
  @property({ attribute: false }) names: ReadonlyMap<number, string> = new Map();
  @state() private blurred = false;
  @state() private said = '';

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`${checkbox(words.text('blurFaces'), this.blurred, (blurred) => (this.blurred = blurred))}
      <button type="button" @click=${() => void this.attempt((file) => saveFile(FILE_NAME, file))}>
        ${icon('download')}${words.text('savePicture')}
      </button>
      ${
        canShare()
          ? html`<button type="button" @click=${() => void this.attempt((file) => navigator.share({ files: [file] }))}>
              ${icon('up')}${words.text('sharePicture')}
            </button>`
          : nothing
      }
      <p role="status">${this.said}</p>`;
  }

  private async attempt(act: (file: File) => Promise<void> | void): Promise<void> {
    this.said = '';
    try {
      await act(await this.file());
    } catch (error) {
      // Who closes the sheet has changed their mind.
      if (!(error instanceof DOMException && error.name === 'AbortError')) {
        this.said = this.localised.words.fault(asQcsError(error));
      }
    }
  }

  private async file(): Promise<File> {
    const { picture, faces, blurred, names } = this;
    const { words } = this.localised;
    if (picture === undefined) throw new RuntimeError('disposed', 'There is no picture any more. Open one.');
    const text = (face: FaceObservation) => {
      const name = names.get(face.id);
      const said = sentence(words, face);
      return name === undefined ? said : `${name}: ${said}`;
    };
    const blob = await jpegOf(annotatedPicture(picture, faces, { blurred, text }));
    return new File([blob], FILE_NAME, { type: blob.type });
  }
}

function canShare(): boolean {
  const probe = new File([], FILE_NAME, { type: 'image/jpeg' });
  return typeof navigator.canShare === 'function' && navigator.canShare({ files: [probe] });
}

async function jpegOf(canvas: AnyCanvas): Promise<Blob> {
  const type = 'image/jpeg';
  if (canvas instanceof OffscreenCanvas) return canvas.convertToBlob({ type, quality: QUALITY });
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, type, QUALITY);
  });
  if (blob === null)
    throw new RuntimeError('out-of-memory', 'The picture is too large to be written. Use a smaller one.');
  return blob;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-picture-export': QcsPictureExport;
  }
}
