/** A line above the content of a tab: what is going on, what went wrong, what is to be known. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.js';
import { row, surface } from './styles.js';

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

export const noticeStyles = css`
  .notice {
    ${row};
    gap: 12px;
    padding: 12px 16px;
    ${surface}
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
    overflow-wrap: anywhere;
  }
`;
