/** The look of the Models tab. */
import { css } from 'lit';

export const modelsStyles = css`
  :host {
    position: relative;
    display: block;
    inline-size: min(100%, 1320px);
    min-block-size: 480px;
    margin-inline: auto;
    padding: 24px;
    background: var(--_page);
  }
  .stack {
    display: grid;
    gap: 16px;
  }
  h2 {
    margin: 8px 0 0;
    font-size: 22px;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr));
    gap: 16px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .cards > li {
    display: grid;
  }
  .invitation {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 16px 24px;
    padding: 24px;
    border: 1px dashed var(--_control-line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .invitation div {
    flex: 1;
    min-inline-size: min(100%, 320px);
  }
  .invitation h2 {
    margin: 0;
    font-size: 18px;
    font-weight: 600;
  }
  .invitation p {
    margin: 4px 0 0;
    color: var(--_ink-soft);
    text-wrap: pretty;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
    padding: 16px 24px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .notice.fault {
    border-color: var(--_danger);
  }
  .notice svg {
    flex: none;
    color: var(--_accent);
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
  .notice div p {
    margin: 0;
  }
  .notice details p {
    margin-block-start: 8px;
    color: var(--_ink-soft);
    font-size: 14px;
  }
  summary {
    cursor: pointer;
  }
  progress {
    flex: 2;
    min-inline-size: 10em;
    block-size: 8px;
    accent-color: var(--_accent);
  }
  @media (max-width: 640px) {
    :host {
      padding: 12px;
    }
    .invitation {
      padding: 16px;
    }
  }
`;
