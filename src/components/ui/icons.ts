/** Line icons of 24 x 24, drawn in the current colour. All are decoration: the name stands beside them or in a label. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { isExpression, type Expression } from '../../expressions.js';

const EYES = svg`<circle cx="9" cy="10.6" r="1.15" fill="currentColor" stroke="none"/><circle cx="15" cy="10.6" r="1.15" fill="currentColor" stroke="none"/>`;

const FEATURES: Readonly<Record<Expression, SVGTemplateResult>> = {
  neutral: svg`${EYES}<path d="M8.5 15.6h7"/>`,
  happiness: svg`${EYES}<path d="M7.6 14.2c.9 2.1 2.5 3.1 4.4 3.1s3.5-1 4.4-3.1"/>`,
  surprise: svg`${EYES}<circle cx="12" cy="16" r="1.9"/><path d="M7.4 7.7c.8-.7 2-.7 2.8 0M13.8 7.7c.8-.7 2-.7 2.8 0"/>`,
  sadness: svg`${EYES}<path d="M8.2 16.9c.9-1.5 2.2-2.2 3.8-2.2s2.9.7 3.8 2.2M7.2 8.6l2.4-1.2M16.8 8.6l-2.4-1.2"/>`,
  anger: svg`${EYES}<path d="M8.7 16.4h6.6M7 7.4l3 1.5M17 7.4l-3 1.5"/>`,
  disgust: svg`${EYES}<path d="M7.6 16.3c1.1-1.5 2-1.5 2.9-.3s1.9 1.2 2.9 0 2-1.2 3 .3M7.4 8.2h2.8M13.8 8.2h2.8"/>`,
  fear: svg`${EYES}<path d="M8.5 17.3c.3-1.7 1.7-2.6 3.5-2.6s3.2.9 3.5 2.6ZM7.2 8.2l2.2-1.5M16.8 8.2l-2.2-1.5"/>`,
  contempt: svg`${EYES}<path d="M8.5 16.2c2.6.5 5.2-.2 7.2-2.3M13.8 8.3l3-.8"/>`,
};

/** A small face that wears the expression; a tag for a class that has no drawing. */
export function expressionIcon(name: string, size = 20): TemplateResult {
  return isExpression(name)
    ? frame(svg`<circle cx="12" cy="12" r="9.2"/>${FEATURES[name]}`, size)
    : frame(
        svg`<circle cx="12" cy="12" r="9.2"/><circle cx="12" cy="12" r="3" fill="currentColor" stroke="none"/>`,
        size,
      );
}

const SHAPES = {
  camera: svg`<path d="M3.5 8.5a2 2 0 0 1 2-2h2l1.3-2h6.4l1.3 2h2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2Z"/><circle cx="12" cy="12.6" r="3.4"/>`,
  photo: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><circle cx="8.8" cy="9.6" r="1.6"/><path d="m4 17.5 4.8-4.7 3.4 3.2 3.6-4 4.7 5"/>`,
  video: svg`<rect x="3.5" y="5.5" width="12" height="13" rx="2"/><path d="m15.5 10.5 5-3v9l-5-3"/>`,
  painting: svg`<rect x="4" y="3.5" width="16" height="17" rx="1.5"/><rect x="7" y="6.5" width="10" height="11" rx="1"/><circle cx="12" cy="10.8" r="1.8"/><path d="M8.8 17.3c.3-2.3 1.6-3.4 3.2-3.4s2.9 1.1 3.2 3.4"/>`,
  pause: svg`<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="2.6"/>`,
  play: svg`<path d="M7.5 5.2v13.6l11-6.8Z" fill="currentColor"/>`,
  stop: svg`<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" fill="currentColor"/>`,
  mirror: svg`<path d="M12 3.5v17" stroke-dasharray="2.5 2"/><path d="M9 7.5 3.5 17H9ZM15 7.5l5.5 9.5H15Z"/>`,
  turn: svg`<path d="M4.5 11a7.6 7.6 0 0 1 13.3-4M19.5 13a7.6 7.6 0 0 1-13.3 4M18.2 3.5v3.7h-3.7M5.8 20.5v-3.7h3.7"/>`,
  previous: svg`<path d="m14.5 6-6 6 6 6"/>`,
  next: svg`<path d="m9.5 6 6 6-6 6"/>`,
  up: svg`<path d="m6 14.5 6-6 6 6"/>`,
  download: svg`<path d="M12 4v11M7.5 10.8 12 15.3l4.5-4.5M4.5 19.5h15"/>`,
  folder: svg`<path d="M3.5 7a2 2 0 0 1 2-2h4l2 2.5h7a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2Z"/>`,
  archive: svg`<path d="M4.5 8.5v9a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-9M3.5 4.5h17v4h-17ZM12 8.5v2M12 12.5v2"/>`,
  print: svg`<path d="M7 9V4.5h10V9M7 16.5H5.5a2 2 0 0 1-2-2V11a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2v3.5a2 2 0 0 1-2 2H17M7 14h10v5.5H7Z"/>`,
  retry: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 3.5v4h-4"/>`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4ZM12 10v4.5M12 16.8v.4"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.8v2.4M12 18.8v2.4M2.8 12h2.4M18.8 12h2.4M5.5 5.5l1.7 1.7M16.8 16.8l1.7 1.7M18.5 5.5l-1.7 1.7M7.2 16.8l-1.7 1.7"/>`,
  moon: svg`<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z"/>`,
  system: svg`<rect x="3.5" y="4.5" width="17" height="12" rx="2"/><path d="M9 20h6M12 16.5V20"/>`,
  unclear: svg`<circle cx="12" cy="12" r="9.2"/><path d="M9.3 9.6a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.6 1.1-1.6 2.2M12 16.8v.4"/>`,
  lock: svg`<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName, size = 20): TemplateResult {
  return frame(SHAPES[name], size);
}

function frame(content: SVGTemplateResult, size: number): TemplateResult {
  return html`<svg
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${content}
  </svg>`;
}
