/** A report as text for a terminal. */
import { alignColumns, percent, pValue } from '../base/format.js';
import type { Gap } from './groups.js';
import type { Interval } from './intervals.js';
import type { EvaluationReport } from './report.js';

/** `85.4 % (84.1 to 86.6)`. */
export function percentInterval({ value, low, high }: Interval): string {
  return `${percent(value)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
}

export function formatReport(report: EvaluationReport): string {
  const { n, accuracy, macroRecall, withoutDuplicates, expectedCalibrationError, msPerImage } = report;
  return [
    `Images                ${n}`,
    `Accuracy              ${percentInterval(accuracy)}`,
    `  without duplicates  ${percentInterval(withoutDuplicates.accuracy)}, ${withoutDuplicates.n} images`,
    `Macro recall          ${percentInterval(macroRecall)}`,
    `Calibration error     ${percent(expectedCalibrationError)}`,
    `Time an image         ${msPerImage.toFixed(1)} ms`,
    ...readingLines(report),
    '',
    ...classTable(report),
    ...confusionTable(report),
    ...corruptionTable(report),
    ...groupTables(report),
  ].join('\n');
}

/** What a model says beside its labels, where it says it. */
function readingLines({ mirrored, shares, sets, balanced, conditions }: EvaluationReport): string[] {
  const line = (title: string, text: string) => [`${title.padEnd(22)}${text}`];
  return [
    ...(mirrored === undefined ? [] : line('Mirrored as well', percentInterval(mirrored.accuracy))),
    ...(balanced === undefined
      ? []
      : line(
          'Balanced prior',
          `${percentInterval(balanced.accuracy)}, recall ${percentInterval(balanced.macroRecall)}`,
        )),
    ...(shares === undefined ? [] : line('Shares to votes', `distance ${shares.distance.toFixed(3)}`)),
    ...(sets === undefined
      ? []
      : line('Plausible classes', `hold ${percentInterval(sets.coverage)}, ${sets.meanSize.toFixed(2)} on average`)),
    ...(conditions === undefined ? [] : line('Called unclear', percentInterval(conditions.undamaged.unclear))),
  ];
}

function classTable({ perClass }: EvaluationReport): string[] {
  const rows = Object.entries(perClass).map(([name, { precision, recall, f1, n }]) => [
    name,
    percent(precision),
    percent(recall),
    percent(f1),
    String(n),
  ]);
  return [...alignColumns([['class', 'precision', 'recall', 'F1', 'images'], ...rows]), ''];
}

function confusionTable({ perClass, confusion }: EvaluationReport): string[] {
  const classes = Object.keys(perClass);
  const rows = confusion.map((row, label) => [classes[label], ...row.map(String)]);
  return ['True class by row, predicted by column', ...alignColumns([['', ...classes], ...rows]), ''];
}

function corruptionTable({ corruptions }: EvaluationReport): string[] {
  if (corruptions === undefined) return [];
  const rows = Object.entries(corruptions).map(([name, curve]) => [
    name,
    ...curve.map(({ accuracy }) => percent(accuracy.value)),
    String(curve[0].n),
  ]);
  return [
    'Accuracy under corruption, by strength',
    ...alignColumns([['', '1', '2', '3', '4', '5', 'images'], ...rows]),
    '',
  ];
}

function groupTables({ groups = {} }: EvaluationReport): string[] {
  return Object.entries(groups).flatMap(([attribute, report]) => {
    const rows = Object.entries(report.groups).map(([name, { n, accuracy }]) => [
      name,
      percentInterval(accuracy),
      String(n),
    ]);
    const opportunity = report.equalOpportunityDifference;
    return [
      ...alignColumns([[attribute, 'accuracy', 'images'], ...rows]),
      `Largest gap                   ${describeGap(report.largestGap)}`,
      `Equal-opportunity difference  ${describeGap(opportunity)}${opportunity === null ? '' : `, class ${opportunity.class}`}`,
      '',
    ];
  });
}

function describeGap(gap: Gap | null): string {
  return gap === null
    ? 'too few images'
    : `${percentInterval(gap.difference)}, ${gap.highest} above ${gap.lowest}; by chance ${pValue(gap.p)}`;
}
