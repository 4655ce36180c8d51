/** How the capture studio looks: the camera stays in view, beside the cards or above them. */
import { css } from 'lit';
import { formStyles } from '../../ui/form.js';
import { row } from '../../ui/styles.js';

export const studioStyles = [
  formStyles,
  css`
    :host {
      display: grid;
      grid-template-columns: minmax(300px, 420px) minmax(0, 1fr);
      gap: 24px;
      align-items: start;
    }
    .stage {
      position: sticky;
      inset-block-start: 16px;
      display: grid;
      gap: 12px;
    }
    .over {
      position: absolute;
      inset: 0;
      display: grid;
      grid-template-rows: 1fr auto auto;
      color: #fff;
      text-align: center;
    }
    .countdown {
      place-self: center;
      inline-size: 96px;
      border-radius: 50%;
      background: rgb(0 0 0 / 60%);
      font-size: 56px;
      font-weight: 600;
      line-height: 96px;
    }
    .prompt,
    .trouble {
      grid-row: 2;
      justify-self: center;
      margin: 8px 12px;
      padding: 4px 16px;
      border-radius: 999px;
      background: rgb(0 0 0 / 72%);
      font-size: 18px;
      font-weight: 550;
    }
    .trouble {
      grid-row: 1;
      align-self: start;
      background: #7a2e0e;
      font-size: 15px;
    }
    progress {
      grid-row: 3;
      inline-size: 100%;
      block-size: 6px;
      appearance: none;
      border: 0;
      background: rgb(0 0 0 / 50%);
    }
    progress::-webkit-progress-bar {
      background: transparent;
    }
    progress::-webkit-progress-value {
      background: #5eead4;
    }
    progress::-moz-progress-bar {
      background: #5eead4;
    }
    .next {
      display: grid;
      gap: 12px;
    }
    .asked {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: 4px 16px;
      align-items: center;
    }
    .asked > div:only-child {
      grid-column: 1 / -1;
    }
    .asked .picture {
      align-self: start;
      inline-size: 88px;
      block-size: 88px;
    }
    .asked strong {
      font-size: 18px;
    }
    .asked p,
    .quiet {
      color: var(--_ink-soft);
    }
    .quiet {
      font-size: 14px;
    }
    .buttons {
      display: grid;
      gap: 8px;
    }
    .buttons .primary {
      min-block-size: 48px;
    }
    .settings {
      ${row};
      gap: 12px 16px;
      margin-block-start: 4px;
    }
    .cards {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(280px, 1fr));
      gap: 12px;
      align-content: start;
    }
    form {
      display: flex;
      gap: 8px;
      grid-column: 1 / -1;
    }
    form input {
      flex: 1;
      max-inline-size: 280px;
    }
    @media (max-width: 820px) {
      :host {
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      .stage {
        display: contents;
      }
      qcs-camera-view {
        position: sticky;
        inset-block-start: 0;
        z-index: 2;
        block-size: 30vh;
        inline-size: 100%;
        aspect-ratio: auto;
      }
      .next {
        position: sticky;
        inset-block-end: 0;
        z-index: 1;
        order: 2;
        margin-inline: -16px;
        padding: 12px 16px;
        border-block-start: 1px solid var(--_line);
        background: var(--_surface);
      }
      .asked .picture {
        inline-size: 56px;
        block-size: 56px;
      }
      .asked strong {
        font-size: 16px;
      }
      .asked p {
        font-size: 14px;
      }
      .cards {
        order: 1;
      }
      details {
        order: 3;
      }
      .buttons:has(button + button) {
        grid-template-columns: 3fr 2fr;
      }
      .buttons button {
        padding-inline: 8px;
      }
    }
  `,
];
