/**
 * The look of every element: colours, spacing and motion as `--qcs-*` custom properties, and the colours of the expressions.
 * Light and dark follow the `color-scheme` of the page around, through `light-dark()`.
 */
import { css } from 'lit';
import { row, spokenOnly } from './styles.js';

export { CLEAR_CONFIDENCE, EXPRESSION_COLOURS, expressionColour, PALETTE } from '../../base/expressionColours.js';

/** Colours of the first and the second model; the second is dashed or hatched as well. */
export const MODEL_COLOURS = ['light-dark(#0f766e, #5eead4)', 'light-dark(#b45309, #fdba74)'] as const;

/** Custom properties that an embedding page may set on any element of the library; the fallbacks are the library's own look. */
export const tokens = css`
  :host {
    --_page: var(--qcs-page, light-dark(#f3f6f7, #0d1317));
    --_surface: var(--qcs-surface, light-dark(#ffffff, #161f26));
    --_raised: var(--qcs-raised, light-dark(#eef2f4, #202b33));
    --_ink: var(--qcs-ink, light-dark(#13202a, #e9eff3));
    --_ink-soft: var(--qcs-ink-soft, light-dark(#4c5b66, #a5b4bf));
    --_line: var(--qcs-line, light-dark(#d3dbe0, #2d3a44));
    --_control-line: var(--qcs-control-line, light-dark(#7b8a95, #6f808c));
    --_accent: var(--qcs-accent, light-dark(#0f766e, #5eead4));
    --_on-accent: var(--qcs-on-accent, light-dark(#ffffff, #06201d));
    --_danger: var(--qcs-danger, light-dark(#b42318, #fda29b));
    --_stage: var(--qcs-stage, #0a0f12);
    --_radius: var(--qcs-radius, 12px);
    --_radius-control: var(--qcs-radius-control, 8px);
    --_font: var(--qcs-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', sans-serif);
    --_motion: var(--qcs-motion, 180ms ease-out);
    display: block;
    box-sizing: border-box;
    color: var(--_ink);
    font-family: var(--_font);
    font-variant-numeric: tabular-nums;
    line-height: 1.45;
  }
  /* Drawings are not recoloured by the browser: their colours are the system's by name. */
  @media (forced-colors: active) {
    :host {
      --_ink: CanvasText;
      --_ink-soft: CanvasText;
      --_line: CanvasText;
      --_accent: LinkText;
      --_danger: CanvasText;
    }
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :is(h1, h2, h3, h4, p, ul, ol, dl, dd, figure, fieldset, legend) {
    margin: 0;
    padding: 0;
  }
  :is(h1, h2, h3, h4) {
    font-weight: 600;
  }
  ul,
  ol {
    list-style: none;
  }
  small {
    color: var(--_ink-soft);
    font-weight: 400;
  }
  summary {
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .visually-hidden {
    ${spokenOnly}
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** Buttons as every element draws them. `primary` is the next step, `quiet` stands in a bar of tools. */
export const buttonStyles = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 40px;
    padding: 4px 16px;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius-control);
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
    font-weight: 500;
    cursor: pointer;
    transition:
      background-color var(--_motion),
      border-color var(--_motion);
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--_raised);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button svg,
  .button svg {
    flex: none;
  }
  .actions {
    ${row};
    gap: 8px;
  }
  button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_ink));
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
    padding: 4px 8px;
    min-inline-size: 40px;
  }
  button.quiet:hover:not(:disabled) {
    background: var(--_raised);
  }
  button.quiet[aria-pressed='true'] {
    background: color-mix(in oklab, var(--_accent) 14%, transparent);
    color: color-mix(in oklab, var(--_accent) 75%, var(--_ink));
  }
  @media (pointer: coarse) {
    button,
    .button {
      min-block-size: 48px;
    }
    button.quiet {
      min-inline-size: 48px;
    }
  }
  @media (forced-colors: active) {
    button.quiet[aria-pressed='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
