/** A panel in the middle of the stage that says something and has buttons: a fault, a question. Each colours its sign. */
import { css } from 'lit';
import { row } from '../ui/styles.js';

export const stagePanelStyles = css`
  :host {
    display: grid;
    place-items: safe center;
    block-size: 100%;
    padding: 24px;
    overflow: auto;
    background: var(--_surface);
  }
  .panel {
    display: grid;
    gap: 12px;
    inline-size: min(100%, 460px);
    justify-items: center;
    text-align: center;
  }
  h2 {
    font-size: 20px;
    text-wrap: balance;
  }
  p {
    color: var(--_ink-soft);
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  .steps {
    ${row};
    justify-content: center;
    gap: 8px;
    margin-block-start: 8px;
  }
`;
