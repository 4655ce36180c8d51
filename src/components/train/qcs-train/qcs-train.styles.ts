/** How `<qcs-train>` itself looks; its parts have styles of their own. */
import { css } from 'lit';

export const trainStyles = css`
  ol {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-end: 16px;
    counter-reset: step;
  }
  li {
    flex: 1;
    min-inline-size: min-content;
    counter-increment: step;
  }
  ol button {
    inline-size: 100%;
    block-size: 100%;
    justify-content: flex-start;
    padding-inline: 8px;
    border-color: transparent;
    text-align: start;
    border-block-end: 3px solid var(--_line);
    border-radius: 0;
    background: none;
    color: var(--_ink-soft);
  }
  ol button::before {
    content: counter(step);
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    border-radius: 50%;
    background: var(--_raised);
    font-size: 14px;
    font-weight: 600;
  }
  ol button[aria-current='step'] {
    border-block-end-color: var(--_accent);
    color: var(--_ink);
  }
  ol button[aria-current='step']::before {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .notice {
    margin-block-end: 16px;
  }
`;
