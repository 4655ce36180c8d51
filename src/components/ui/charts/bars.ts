/** Shares as bars, with a thin line for the interval of a measured one. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { styled } from '../styled.js';

export interface BarValue {
  /** 0..1; null or NaN leaves the groove empty. */
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
}

/** A groove that is filled in the colour `--_series`. What it says stands in words beside it. */
export function bar({ value, low, high }: BarValue, colour: string): TemplateResult {
  const filled = value === null || Number.isNaN(value) ? 0 : value;
  const across = (from: number, to: number) => ({
    'inset-inline-start': `${from * 100}%`,
    'inline-size': `${(to - from) * 100}%`,
  });
  return html`<span class="track" part="track" aria-hidden="true" ${styled({ '--_series': colour })}>
    <span class="bar" part="bar" ${styled(across(0, filled))}></span>
    ${
      low === undefined || high === undefined || Number.isNaN(low)
        ? nothing
        : html`<span class="whisker" ${styled(across(low, high))}></span>`
    }
  </span>`;
}

/** Heights are the element's: `--_bar` of the groove. */
export const barStyles = css`
  .track {
    position: relative;
    display: block;
    block-size: var(--_bar, 16px);
    overflow: hidden;
    border-radius: 4px;
    background: var(--_raised);
  }
  .bar,
  .whisker {
    position: absolute;
    inset-block: 0;
  }
  .bar {
    border-radius: 4px;
    background: var(--_series);
  }
  .whisker {
    inset-block: calc(50% - 1px);
    background: var(--_ink);
  }
  @media (forced-colors: active) {
    .track {
      border: 1px solid CanvasText;
    }
    .bar {
      background: Highlight;
    }
    .bar,
    .whisker {
      forced-color-adjust: none;
    }
  }
`;
