/** The look of the Models tab. */
import { css } from 'lit';
import { row, surface } from '../../ui/styles.js';

export const modelsStyles = css`
  h2 {
    margin-block-start: 8px;
    font-size: 22px;
    letter-spacing: -0.01em;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr));
    gap: 16px;
  }
  .cards > li {
    display: grid;
  }
  .invitation {
    ${row};
    gap: 16px 24px;
    padding: 24px;
    ${surface};
    border: 1px dashed var(--_control-line);
  }
  .invitation div {
    flex: 1;
    min-inline-size: min(100%, 320px);
  }
  .invitation h2 {
    margin-block-start: 0;
    font-size: 18px;
  }
  .invitation p {
    margin-block-start: 4px;
    color: var(--_ink-soft);
    text-wrap: pretty;
  }
  .notice:not(.fault) svg {
    color: var(--_accent);
  }
  .notice details p {
    margin-block-start: 8px;
    color: var(--_ink-soft);
    font-size: 14px;
  }
  @media (max-width: 640px) {
    .invitation {
      padding: 16px;
    }
  }
`;
