/** How the first step of the Train tab looks. */
import { css } from 'lit';

export const collectStyles = css`
  :host {
    display: grid;
    gap: 16px;
  }
  section {
    min-inline-size: 0;
    padding: 16px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  h2 {
    margin: 0 0 4px;
    font-size: 18px;
    font-weight: 600;
  }
  p {
    margin: 0;
    color: var(--_ink-soft);
  }
  .sources,
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .sources {
    margin-block-start: 12px;
  }
  .empty {
    padding: 48px 24px;
    text-align: center;
  }
  .empty h2 {
    font-size: 22px;
  }
  .empty .sources {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
    gap: 12px;
    max-inline-size: 720px;
    margin: 24px auto 0;
  }
  .empty .sources button {
    flex-direction: column;
    padding: 24px 8px;
    border-color: var(--_line);
    border-radius: var(--_radius);
    background: var(--_page);
    font-size: 17px;
  }
  .empty .sources button svg {
    inline-size: 32px;
    block-size: 32px;
    color: var(--_accent);
  }
  .empty .sources .line {
    grid-column: 1 / -1;
    justify-content: center;
  }
  [role='status'] {
    margin-block-start: 12px;
  }
  .tools {
    margin-block-end: 12px;
  }
  .tools strong {
    margin-inline-end: auto;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(200px, 260px) minmax(0, 1fr);
    gap: 16px;
  }
  @media (max-width: 720px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  ul.classes {
    display: grid;
    gap: 4px;
    margin: 0 0 12px;
    padding: 0;
    list-style: none;
  }
  ul.classes button {
    inline-size: 100%;
    justify-content: flex-start;
    border-color: transparent;
    background: transparent;
    font-weight: 500;
  }
  ul.classes button[aria-pressed='true'] {
    background: color-mix(in oklab, var(--_accent) 14%, transparent);
    color: var(--_accent);
  }
  ul.classes .count {
    margin-inline-start: auto;
    color: var(--_ink-soft);
    font-size: 14px;
    font-weight: 400;
  }
  form {
    display: flex;
    gap: 8px;
  }
  input[type='text'],
  select {
    min-inline-size: 0;
    min-block-size: 40px;
    padding: 4px 8px;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius-control);
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
  }
  input[type='text'] {
    flex: 1;
  }
  label.line {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 14px;
  }
  input[type='checkbox'] {
    inline-size: 18px;
    block-size: 18px;
    accent-color: var(--_accent);
  }
  qcs-sample-gallery {
    block-size: min(52vh, 460px);
  }
  details {
    margin-block-start: 12px;
  }
  summary {
    cursor: pointer;
  }
  details ul {
    max-block-size: 200px;
    margin: 8px 0 0;
    padding-inline-start: 20px;
    overflow: auto;
    font-size: 14px;
  }
  .importing {
    display: flex;
    align-items: center;
    gap: 12px;
    margin-block-start: 12px;
  }
  progress {
    flex: 1;
    block-size: 8px;
    accent-color: var(--_accent);
  }
`;
