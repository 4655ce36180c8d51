/** Looks that many elements share. Declarations stand inside a rule: `.tools { ${row}; gap: 8px; }`. */
import { css } from 'lit';

/** What content stands on. */
export const surface = css`
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  background: var(--_surface);
`;

/** Things side by side, on further lines where there is no room. The gap is the rule's. */
export const row = css`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
`;

/** For screen readers alone. */
export const spokenOnly = css`
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`;

/** Text fields and lists to choose from. */
export const field = css`
  min-block-size: 40px;
  min-inline-size: 0;
  padding: 4px 12px;
  border: 1px solid var(--_control-line);
  border-radius: var(--_radius-control);
  background: var(--_surface);
  color: var(--_ink);
  font: inherit;
`;

/** A step of a tab: sections one below the other, each on a surface of its own. */
export const sectionStyles = css`
  :host {
    display: grid;
    gap: 16px;
  }
  section {
    min-inline-size: 0;
    padding: var(--_inset, 24px);
    ${surface}
  }
  p {
    color: var(--_ink-soft);
  }
`;
