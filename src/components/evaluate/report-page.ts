/** An evaluation as a page of its own, ready for the printer. */
import { css, html, nothing, render, type TemplateResult } from 'lit';
import { CORRUPTION_NAMES } from '../../evaluation/corruptions.js';
import type { ModelOutcome, RunOutcome } from '../../evaluation/protocol.js';
import { comparisonText, figureTable, groupTable, modelKey, modelNames, runDescription } from './evaluate-figures.js';
import { axisStyles } from '../ui/charts/axes.js';
import { table } from '../ui/table.js';
import { measured } from '../ui/measured.js';
import { reliabilityChart, reliabilityStyles } from './reliability-diagram.js';
import { robustnessChart, robustnessStyles } from './robustness-curves.js';
import { selectiveChart, selectiveStyles } from './selective-curve.js';
import type { EvaluateWords } from './evaluate-words.js';

const pageStyles = css`
  :root {
    color-scheme: light;
    --_ink: #13202a;
    --_ink-soft: #4c5b66;
    --_line: #d3dbe0;
    --_accent: #0f766e;
    --_series: #0f766e;
  }
  body {
    max-inline-size: 190mm;
    margin: 12mm auto;
    color: var(--_ink);
    font:
      10.5pt / 1.4 system-ui,
      sans-serif;
    font-variant-numeric: tabular-nums;
  }
  h1 {
    font-size: 18pt;
  }
  h2 {
    margin-block: 8mm 3mm;
    font-size: 13pt;
    break-after: avoid;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    break-inside: avoid;
  }
  th,
  td {
    padding: 1.2mm 2mm 1.2mm 0;
    border-block-end: 0.3mm solid var(--_line);
    text-align: start;
    vertical-align: baseline;
  }
  /* A page without a type of document: its tables inherit no size. */
  .counts table {
    font-size: 9pt;
  }
  .counts td {
    text-align: end;
  }
  .counts thead th:first-child {
    font-weight: 400;
  }
  small {
    color: var(--_ink-soft);
  }
  figure {
    margin: 0;
    break-inside: avoid;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(4, 1fr);
    gap: 4mm;
  }
  .chart {
    max-inline-size: 90mm !important;
  }
  .swatch {
    display: inline-block;
    inline-size: 5mm;
    margin-inline-end: 2mm;
    border-block-start: 0.8mm solid var(--_series);
    vertical-align: middle;
  }
  .swatch.second {
    border-block-start-style: dashed;
  }
`;

const STYLES = [pageStyles, axisStyles, reliabilityStyles, robustnessStyles, selectiveStyles];

/** Opens the page in a new window, with the browser's print dialogue. Does nothing where pop-ups are blocked. */
export function openReportPage(outcome: RunOutcome, words: EvaluateWords): void {
  const page = globalThis.open('', '_blank');
  if (page === null) return;
  page.document.title = words.text('pageTitle', { models: words.list(modelNames(outcome.models), 'and') });
  page.document.documentElement.lang = words.locale;
  page.document.documentElement.dir = words.isRightToLeft ? 'rtl' : 'ltr';
  // The window is under the page's policy, which may refuse a <style>.
  const sheet = new (page as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(STYLES.map(({ cssText }) => cssText).join('\n'));
  page.document.adoptedStyleSheets = [sheet];
  render(reportPage(outcome, words), page.document.body);
  page.focus();
  page.print();
}

/** The whole content; needs nothing from outside. */
export function reportPage(outcome: RunOutcome, words: EvaluateWords): TemplateResult {
  const { models, comparison } = outcome;
  const names = modelNames(models);
  return html`<h1>${words.text('pageHeading', { models: words.list(names, 'and') })}</h1>
    <p>${runDescription(outcome, words)}</p>
    ${figureTable(models, words)} ${comparison === null ? nothing : comparisonText(comparison, names, words)}
    ${models.map((model, index) => modelPages(model, models.length > 1 ? modelKey(names[index], index) : nothing, words))}
    ${robustness(outcome, names, words)}
    ${models.map(({ report }, index) =>
      report.groups === undefined
        ? nothing
        : html`<h2>${words.text('byGroup')} ${models.length > 1 ? names[index] : nothing}</h2>
            ${Object.entries(report.groups).map(([attribute, groups]) => groupTable(attribute, groups, words))}`,
    )}`;
}

function modelPages(
  { classes, report }: ModelOutcome,
  name: TemplateResult | typeof nothing,
  words: EvaluateWords,
): TemplateResult {
  const { details, confusion } = report;
  return html`<h2>${words.text('byClass')} ${name}</h2>
    ${table(
      [words.text('class'), words.text('images'), words.text('recall'), words.text('precision'), 'F1'],
      Object.entries(details?.perClass ?? {}).map(([title, { n, recall, precision, f1 }]) => [
        words.title(title),
        words.number(n),
        ...[recall, precision, f1].map((interval) => measured(interval, words)),
      ]),
    )}
    <h2>${words.text('confusion')} ${name}</h2>
    <div class="counts">
      ${table(
        [words.text('trueByRow'), ...classes.map((name) => words.title(name))],
        confusion.map((row, label) => [
          words.title(classes[label]),
          ...row.map((count, predicted) =>
            label === predicted ? html`<b>${words.number(count)}</b>` : words.number(count),
          ),
        ]),
      )}
    </div>
    <h2>${words.text('calibration')} ${name}</h2>
    <figure>${reliabilityChart(details?.calibration.bins ?? [], words)}</figure>
    <h2>${words.text('surestHeading')} ${name}</h2>
    <figure>${selectiveChart(details?.selective ?? [], words)}</figure>`;
}

function robustness(
  { models }: RunOutcome,
  names: readonly string[],
  words: EvaluateWords,
): TemplateResult | typeof nothing {
  const measuredKinds = CORRUPTION_NAMES.filter((name) =>
    models.some(({ report }) => report.corruptions?.[name] !== undefined),
  );
  if (measuredKinds.length === 0) return nothing;
  const reports = models.map(({ report }, index) => ({ name: names[index], report }));
  return html`<h2>${words.text('robustnessTitle')}</h2>
    <div class="charts">
      ${measuredKinds.map(
        (name) =>
          html`<figure>
            <figcaption>${words.text(`damage.${name}`)} <small>${words.text(`unit.${name}`)}</small></figcaption>
            ${robustnessChart(name, reports, words)}
          </figure>`,
      )}
    </div>`;
}
