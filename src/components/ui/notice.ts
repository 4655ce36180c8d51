/** A line above the content of a tab: what is going on, what went wrong, what is to be known. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.js';

export interface NoticeParts {
  readonly icon?: IconName;
  /** `alert` interrupts a screen reader, `status` waits for its turn. */
  readonly role?: 'alert' | 'status';
  /** Buttons, at the end. */
  readonly actions?: TemplateResult;
}

export function notice(text: unknown, parts: NoticeParts = {}): TemplateResult {
  const { role = 'status', actions = nothing } = parts;
  return html`<div class=${role === 'alert' ? 'notice fault' : 'notice'} role=${role}>
    ${parts.icon === undefined ? nothing : icon(parts.icon, 24)}
    <p>${text}</p>
    ${actions}
  </div>`;
}

/** What went wrong, with the next step as a button. */
export function faultNotice(message: string, label: string, act: () => void): TemplateResult {
  return notice(message, {
    icon: 'warning',
    role: 'alert',
    actions: html`<button type="button" @click=${act}>${label}</button>`,
  });
}

export interface ProgressParts {
  /** 0..1. */
  readonly share: number;
  readonly cancel: () => void;
  /** Stands after the bar, such as the time left. */
  readonly note?: string;
}

/** Work that goes on and can be cancelled. A screen reader hears the text, not every step of the bar. */
export function progressNotice(text: string, { share, cancel, note }: ProgressParts): TemplateResult {
  return html`<div class="notice">
    <p role="status">${text}</p>
    <progress aria-label="Progress" max="1" .value=${share}></progress>
    ${note === undefined ? nothing : html`<span>${note}</span>`}
    <button type="button" @click=${cancel}>Cancel</button>
  </div>`;
}

export const noticeStyles = css`
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
    padding: 12px 16px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .notice.fault {
    border-color: var(--_danger);
  }
  .notice svg {
    flex: none;
  }
  .notice.fault svg {
    color: var(--_danger);
  }
  .notice > p,
  .notice > div {
    flex: 1;
    min-inline-size: 12em;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .notice > progress {
    flex: 2;
    min-inline-size: 10em;
    block-size: 8px;
    accent-color: var(--_accent);
  }
`;
