/** Work that takes a while. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { ENGLISH_SHARED, type SharedWords } from '../../messages/words.js';

export interface ProgressParts {
  /** 0..1. */
  readonly share: number;
  readonly cancel: () => void;
  /** Stands after the bar, such as the time left. */
  readonly note?: string;
  /** English where it is left out. */
  readonly words?: SharedWords;
}

/** Work that goes on and can be cancelled. A screen reader hears the text, not every step of the bar. */
export function progressNotice(
  text: string,
  { share, cancel, note, words = ENGLISH_SHARED }: ProgressParts,
): TemplateResult {
  return html`<div class="notice">
    <p role="status">${text}</p>
    <progress aria-label=${words.shared('progress')} max="1" .value=${share}></progress>
    ${note === undefined ? nothing : html`<span>${note}</span>`}
    <button type="button" @click=${cancel}>${words.shared('cancel')}</button>
  </div>`;
}

export const progressStyles = css`
  progress {
    flex: 2;
    min-inline-size: 120px;
    block-size: 8px;
    accent-color: var(--_accent);
  }
`;
