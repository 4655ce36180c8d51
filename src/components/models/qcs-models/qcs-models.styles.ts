/** The look of the Models tab. */
import { css } from 'lit';

export const modelsStyles = css`
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
  .notice:not(.fault) svg {
    color: var(--_accent);
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
  @media (max-width: 640px) {
    .invitation {
      padding: 16px;
    }
  }
`;
