/** Layout of `<qcs-fer>`: stage beside reading where it is wide, or on a screen that is low; above it where it is narrow. */
import { css } from 'lit';
import { surface } from '../../ui/styles.js';

/** The reading beside the stage. */
const sideBySide = css`
  .layout {
    grid-template:
      'stage reading' minmax(0, 1fr) 'people reading' auto 'controls reading' auto
      / minmax(0, 1fr) clamp(280px, 30%, 380px);
  }
  .layout.alone {
    grid-template: 'stage' minmax(0, 1fr) 'controls' auto / minmax(0, 1fr);
  }
  .reading {
    --_inset: 24px;
    padding-block: 24px;
    border-block-start: 0;
    border-inline-start: 1px solid var(--_line);
  }
`;

/** Where the element fills a narrow place, the reading is a sheet that opens over the stage. */
const sheet = css`
  :host([fill]) .layout {
    border: 0;
    border-radius: 0;
    grid-template: 'controls' auto 'stage' minmax(0, 1fr) 'people' auto '.' 94px / minmax(0, 1fr);
  }
  :host([fill]) .layout.alone {
    grid-template: 'controls' auto 'stage' minmax(0, 1fr) / minmax(0, 1fr);
  }
  :host([fill]) .layout.open {
    grid-template: 'controls' auto 'stage' minmax(0, 1fr) 'people' auto '.' 58% / minmax(0, 1fr);
  }
  :host([fill]) .reading {
    position: absolute;
    inset: auto 0 0;
    z-index: 6;
    gap: 8px;
    max-block-size: calc(58% + 14px);
    padding-block: 0 12px;
    border-block-start: 0;
    border-start-start-radius: 16px;
    border-start-end-radius: 16px;
    box-shadow: 0 -2px 16px rgb(0 0 0 / 22%);
  }
  :host([fill]) .controls {
    border-block-start: 0;
    border-block-end: 1px solid var(--_line);
  }
  :host([fill]) .grip {
    display: flex;
    flex: none;
    justify-content: center;
    min-block-size: 32px;
    padding: 0;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_ink-soft);
  }
  :host([fill]) .grip svg {
    transition: transform var(--_motion);
  }
  :host([fill]) .reading.open .grip svg {
    transform: rotate(180deg);
  }
  :host([fill]) .reading:not(.open) .details,
  :host([fill]) .layout.open .people {
    display: none;
  }
`;

export const ferStyles = css`
  :host {
    container: qcs-fer / inline-size;
    font-size: 16px;
  }
  .layout {
    position: relative;
    display: grid;
    grid-template: 'stage' minmax(0, 1fr) 'people' auto 'controls' auto 'reading' auto / minmax(0, 1fr);
    block-size: 100%;
    overflow: hidden;
    ${surface}
  }
  .stage {
    position: relative;
    grid-area: stage;
    align-self: stretch;
    justify-self: stretch;
    min-block-size: min(100%, 240px);
    aspect-ratio: var(--qcs-stage-ratio, var(--_ratio, 4 / 3));
    overflow: hidden;
    background: var(--_surface);
  }
  .stage:focus {
    outline: none;
  }
  .stage:focus-visible::after {
    content: '';
    position: absolute;
    inset: 0;
    z-index: 5;
    border: 3px solid var(--_accent);
    pointer-events: none;
  }
  .stage.filled {
    background: var(--_stage);
  }
  :host([fill]) .stage {
    aspect-ratio: auto;
  }
  .media {
    position: absolute;
    inset: 0;
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: var(--qcs-fit, contain);
  }
  .media.mirrored {
    transform: scaleX(-1);
  }
  .panel {
    position: absolute;
    inset: 0;
    z-index: 4;
    overflow: auto;
  }
  .quiet {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    color: var(--_ink-soft);
  }
  .note {
    position: absolute;
    inset-block-end: 12px;
    inset-inline: 12px;
    z-index: 3;
    display: flex;
    justify-content: center;
    pointer-events: none;
  }
  .whole {
    position: absolute;
    inset-block-start: 12px;
    inset-inline-end: 12px;
    z-index: 3;
    min-block-size: 40px;
    border: 1px solid rgb(255 255 255 / 45%);
    cursor: pointer;
    font: inherit;
  }
  .whole,
  .note span {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    padding: 4px 12px;
    border-radius: 16px;
    background: rgb(10 15 18 / 84%);
    color: #fff;
    font-size: 14px;
  }
  .people {
    grid-area: people;
    min-inline-size: 0;
  }
  .controls {
    grid-area: controls;
    border-block-start: 1px solid var(--_line);
  }
  .reading {
    grid-area: reading;
    display: flex;
    flex-direction: column;
    gap: 16px;
    min-inline-size: 0;
    min-block-size: 0;
    overflow: hidden;
    padding-block: 16px;
    border-block-start: 1px solid var(--_line);
    background: var(--_surface);
    --_inset: 16px;
  }
  .summary {
    flex: none;
    padding-inline: var(--_inset);
  }
  .details {
    display: grid;
    gap: 24px;
    align-content: start;
    min-block-size: 0;
    padding-inline: var(--_inset);
    overflow: auto;
  }
  .details:focus-visible {
    outline-offset: -2px;
  }
  .title {
    margin-block-end: 8px;
    color: var(--_ink-soft);
    font-size: 13px;
    font-weight: 600;
  }
  .grip {
    display: none;
  }
  @container qcs-fer (min-width: 760px) {
    ${sideBySide}
  }
  @media (max-height: 560px) {
    @container qcs-fer (min-width: 560px) {
      ${sideBySide}
      .reading {
        --_inset: 16px;
        gap: 8px;
        padding-block: 12px;
      }
    }
    @container qcs-fer (max-width: 559.98px) {
      ${sheet}
    }
  }
  @media (min-height: 560.01px) {
    @container qcs-fer (max-width: 759.98px) {
      ${sheet}
    }
  }
  @media (forced-colors: active) {
    .note span {
      border: 1px solid CanvasText;
    }
  }
`;
