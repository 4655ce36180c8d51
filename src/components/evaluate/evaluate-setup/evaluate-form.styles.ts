/** Fields of the Evaluate tab's form. */
import { css } from 'lit';

export const evaluateForm = css`
  :host {
    display: block;
    padding: 24px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    font-size: 15px;
  }
  form {
    display: grid;
    gap: 24px;
  }
  h3 {
    margin: 0 0 8px;
    font-size: 18px;
    font-weight: 600;
  }
  p {
    margin: 0 0 8px;
    color: var(--_ink-soft);
  }
  fieldset {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(220px, 1fr));
    gap: 16px;
    margin: 0;
    padding: 0;
    border: 0;
  }
  label:not(.check),
  .field {
    display: grid;
    gap: 4px;
    align-content: start;
    color: var(--_ink-soft);
    font-size: 14px;
  }
  .wide {
    display: grid;
    grid-column: 1 / -1;
    gap: 8px;
    color: var(--_ink-soft);
    font-size: 14px;
  }
  .checks {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-block-size: 40px;
    color: var(--_ink);
  }
  input[type='checkbox'] {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--_accent);
  }
  select,
  input[type='number'] {
    min-block-size: 40px;
    padding: 4px 12px;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius-control);
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
    font-size: 15px;
  }
  select {
    inline-size: 100%;
  }
  input[type='number'] {
    inline-size: 6em;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
`;
