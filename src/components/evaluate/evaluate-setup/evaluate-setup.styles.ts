/** Fields of the Evaluate tab's form. */
import { css } from 'lit';
import { formCardStyles } from '../../ui/form.js';
import { row } from '../../ui/styles.js';

export const setupStyles = [
  formCardStyles,
  css`
    form {
      gap: 24px;
    }
    h3,
    p {
      margin-block-end: 8px;
    }
    fieldset {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(220px, 1fr));
      gap: 16px;
    }
    .field,
    .wide {
      color: var(--_ink-soft);
      font-size: 14px;
    }
    .wide {
      display: grid;
      grid-column: 1 / -1;
      gap: 8px;
    }
    .checks,
    .classes {
      ${row};
      gap: 4px 16px;
    }
    .check {
      min-block-size: 40px;
      color: var(--_ink);
    }
    select,
    input[type='number'] {
      font-size: 15px;
    }
    select {
      inline-size: 100%;
    }
    input[type='number'] {
      inline-size: 6em;
    }
    .classes li {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--_ink-soft);
    }
    .classes strong {
      color: var(--_ink);
      font-weight: 600;
    }
  `,
];
