/** Layout of the Evaluate tab's results. */
import { css } from 'lit';
import { row, sectionStyles } from '../../ui/styles.js';
import { tableStyles } from '../../ui/table.js';

export const resultStyles = [
  sectionStyles,
  tableStyles,
  css`
    :host {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
      font-size: 15px;
    }
    .wide {
      grid-column: 1 / -1;
    }
    h3 {
      margin-block-end: 12px;
      font-size: 18px;
    }
    h4 {
      margin-block-end: 8px;
      font-size: 15px;
    }
    p {
      margin-block-end: 12px;
      text-wrap: pretty;
    }
    p.run {
      margin-block: 16px 0;
    }
    header {
      ${row};
      align-items: baseline;
      justify-content: space-between;
      gap: 8px 24px;
      margin-block-end: 16px;
    }
    header h3 {
      margin: 0;
    }
    .figures table {
      min-inline-size: min(100%, 640px);
    }
    th,
    td {
      padding: 8px 16px 8px 0;
    }
    .figures th {
      color: var(--_ink-soft);
      font-weight: 500;
    }
    .figures thead th {
      color: var(--_ink);
      font-weight: 600;
    }
    .figures .measured {
      font-size: 17px;
      font-weight: 600;
    }
    .measured small {
      margin-inline-start: 6px;
      font-size: 13px;
    }
    .scroll {
      overflow-x: auto;
    }
    .swatch {
      display: inline-block;
      inline-size: 18px;
      block-size: 0;
      margin-inline-end: 8px;
      border-block-start: 3px solid var(--_series);
      vertical-align: middle;
    }
    .swatch.second {
      border-block-start-style: dashed;
    }
    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
      gap: 24px;
    }
    .pair.small {
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
    }
    .verdict {
      margin-block: 16px 0;
      color: var(--_ink);
    }
    .column,
    .row {
      display: grid;
      gap: 16px;
      align-content: start;
      min-inline-size: 0;
    }
    .row {
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr));
    }
    @media (max-width: 900px) {
      :host {
        --_inset: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
];
