/** The ways in, as large buttons: what an empty element invites with. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.js';

export interface Choice {
  readonly icon: IconName;
  readonly title: string;
  readonly hint?: string;
  readonly act: () => void;
}

export function choiceButton({ icon: shape, title, hint, act }: Choice): TemplateResult {
  return html`<button type="button" part="choice" @click=${act}>
    ${icon(shape, 32)}<strong>${title}</strong> ${hint === undefined ? nothing : html`<span>${hint}</span>`}
  </button>`;
}

export const choiceStyles = css`
  .choices {
    display: grid;
    gap: 12px;
  }
  .choices button {
    flex-direction: column;
    gap: 4px;
    padding: 24px 8px;
    border-color: var(--_line);
    border-radius: var(--_radius);
    background: var(--_page);
    font-size: 17px;
  }
  .choices button:hover {
    border-color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
  }
  .choices svg {
    margin-block-end: 8px;
    color: var(--_accent);
  }
  .choices strong {
    font-weight: 600;
  }
  .choices button span {
    color: var(--_ink-soft);
    font-size: 14px;
    font-weight: 400;
  }
`;

/** The words above the choices. */
export const invitationStyles = css`
  h2 {
    font-size: 22px;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h2 + p {
    margin-block-start: 4px;
    color: var(--_ink-soft);
    text-wrap: balance;
  }
`;
