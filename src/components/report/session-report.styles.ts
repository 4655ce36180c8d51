/** The look of the report: the video beside the people where there is room, above them where there is not. */
import { css } from 'lit';
import { field, surface } from '../ui/styles.js';

export const reportStyles = css`
  :host {
    display: block;
    padding: 24px;
  }
  .page {
    display: grid;
    gap: 24px;
    max-inline-size: 1120px;
    margin-inline: auto;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    justify-content: space-between;
    gap: 8px 24px;
  }
  h2 {
    font-size: 22px;
    overflow-wrap: anywhere;
  }
  small {
    display: block;
    font-size: 14px;
  }
  section {
    display: grid;
    gap: 16px;
    min-inline-size: 0;
    padding: 24px;
    ${surface}
  }
  video {
    inline-size: 100%;
    max-block-size: 40vh;
    border-radius: 8px;
    background: var(--_stage);
  }
  .name {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .name img {
    inline-size: 56px;
    block-size: 56px;
    border-radius: 50%;
    object-fit: cover;
  }
  .name input {
    ${field};
    flex: 1;
    max-inline-size: 280px;
    font-size: 17px;
    font-weight: 600;
  }
  .join {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .join select {
    ${field};
    font-size: 14px;
  }
  .words {
    display: grid;
    gap: 4px;
  }
  .finding {
    font-size: 17px;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
    gap: 24px;
  }
  .shares li {
    display: grid;
    grid-template-columns: 20px 6.6em minmax(40px, 1fr) 3.6em;
    align-items: center;
    gap: 8px;
    min-block-size: 26px;
    font-size: 14px;
    --_bar: 8px;
  }
  .shares span:last-child {
    text-align: end;
  }
  h3 {
    margin-block-end: 8px;
    color: var(--_ink-soft);
    font-size: 13px;
  }
  .peaks {
    display: flex;
    margin-block-start: 8px;
    flex-wrap: wrap;
    gap: 8px;
  }
  .peaks button {
    flex-direction: column;
    gap: 4px;
    inline-size: 128px;
    padding: 8px;
    font-size: 13px;
    line-height: 1.3;
  }
  .peaks img {
    inline-size: 104px;
    block-size: 104px;
    border-radius: 8px;
    object-fit: cover;
  }
  .scroll {
    max-block-size: 320px;
    overflow: auto;
  }
  table {
    inline-size: 100%;
    font-size: 14px;
  }
  td button {
    min-block-size: 32px;
    padding: 0 8px;
  }
  textarea {
    ${field};
    inline-size: 100%;
    min-block-size: 80px;
    padding-block: 8px;
  }
  label {
    display: grid;
    gap: 4px;
  }
  @media (max-width: 640px) {
    :host {
      padding: 16px 8px;
    }
    section {
      padding: 16px;
    }
  }
`;
