/** How the first step of the Train tab looks. */
import { css } from 'lit';
import { choiceStyles } from '../../ui/choices.js';
import { formStyles } from '../../ui/form.js';
import { progressStyles } from '../../ui/progress.js';
import { row, sectionStyles } from '../../ui/styles.js';

export const collectStyles = [
  sectionStyles,
  choiceStyles,
  formStyles,
  progressStyles,
  css`
    :host {
      --_inset: 16px;
    }
    h2 {
      margin-block-end: 4px;
      font-size: 18px;
    }
    .sources,
    .tools,
    .importing {
      ${row};
      gap: 8px;
      margin-block-start: 12px;
    }
    .tools {
      margin-block: 0 12px;
    }
    .tools strong {
      margin-inline-end: auto;
    }
    .importing {
      flex-wrap: nowrap;
      gap: 12px;
    }
    .empty {
      padding: 48px 24px;
      text-align: center;
    }
    .empty h2 {
      font-size: 22px;
    }
    .choices {
      grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
      max-inline-size: 720px;
      margin: 24px auto 0;
    }
    .choices .check {
      grid-column: 1 / -1;
      justify-content: center;
    }
    .drawn {
      display: grid;
      justify-items: center;
      gap: 8px;
      margin-block-start: 24px;
    }
    [role='status'],
    details {
      margin-block-start: 12px;
    }
    .continue {
      display: flex;
      justify-content: flex-end;
      margin-block-start: 12px;
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
    .classes {
      display: grid;
      gap: 4px;
      margin-block-end: 12px;
    }
    .classes button {
      inline-size: 100%;
      justify-content: flex-start;
      border-color: transparent;
      background: transparent;
    }
    .classes button[aria-pressed='true'] {
      background: color-mix(in oklab, var(--_accent) 14%, transparent);
      color: var(--_accent);
    }
    .count {
      margin-inline-start: auto;
      color: var(--_ink-soft);
      font-size: 14px;
      font-weight: 400;
    }
    form {
      display: flex;
      gap: 8px;
    }
    input[type='text'] {
      flex: 1;
    }
    qcs-sample-gallery {
      block-size: min(52vh, 460px);
    }
    details ul {
      max-block-size: 200px;
      margin-block-start: 8px;
      padding-inline-start: 20px;
      overflow: auto;
      font-size: 14px;
      list-style: disc;
    }
  `,
];
