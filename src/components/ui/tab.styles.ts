/** What the elements that fill a tab (Train, Evaluate, Models) have in common: their frame, what they stack, notices and progress. */
import { css } from 'lit';

export const tabStyles = css`
  :host {
    position: relative;
    display: block;
    inline-size: min(100%, 1320px);
    min-block-size: 480px;
    margin-inline: auto;
    padding: 24px;
    background: var(--_page);
  }
  @media (max-width: 640px) {
    :host {
      padding: 12px;
    }
  }
  .stack {
    display: grid;
    gap: 16px;
  }
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
  progress {
    flex: 2;
    min-inline-size: 10em;
    block-size: 8px;
    accent-color: var(--_accent);
  }
`;
