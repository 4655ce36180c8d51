/** The results as Markdown. */
import { percent, pValue } from '../../src/base/format.js';
import { FERPLUS_CLASSES, type FerplusRule } from '../../src/dataset/ferplus.js';
import { percentInterval } from '../../src/evaluation/formatReport.js';
import type { AccuracyResults, ContestantResult } from './compare.js';

export function readmeTable(results: AccuracyResults): string {
  return [
    `${results.data}. ${results.device}.`,
    '',
    ...ruleTable(results, 'majority'),
    ...ruleTable(results, 'argmax'),
  ].join('\n');
}

function ruleTable({ rules }: AccuracyResults, rule: FerplusRule): string[] {
  const results = rules[rule];
  const head = ['', ...results.map(({ name, version }) => `${name} ${version}`)];
  const line = (title: string, cell: (result: ContestantResult) => string) => [title, ...results.map(cell)];
  const rows = [
    line('accuracy, 8 classes', ({ accuracy }) => percentInterval(accuracy)),
    line('accuracy without duplicates', ({ withoutDuplicates }) => percentInterval(withoutDuplicates.accuracy)),
    line('accuracy, 7 classes (no contempt)', ({ sharedClasses }) => percentInterval(sharedClasses.accuracy)),
    line('macro recall, 8 classes', ({ macroRecall }) => percentInterval(macroRecall)),
    line('macro recall, 7 classes', ({ sharedClasses }) => percentInterval(sharedClasses.macroRecall)),
    ...FERPLUS_CLASSES.map((name) => line(`recall ${name}`, ({ perClass }) => percent(perClass[name].recall))),
    line('calibration error', ({ expectedCalibrationError }) => percent(expectedCalibrationError)),
    line('first model minus this one', ({ againstFirst }) =>
      againstFirst === null ? '' : `${percentInterval(againstFirst.difference)}, ${pValue(againstFirst.midP)}`,
    ),
    line('weights', ({ weightBytes }) => `${Math.round(weightBytes / 1000)} kB`),
    line('median time an image', ({ msPerImage }) => `${msPerImage.toFixed(1)} ms`),
  ];
  const markdown = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `**Rule ${rule}, ${results[0].n} images**`,
    '',
    markdown(head),
    markdown(head.map(() => '---')),
    ...rows.map(markdown),
    '',
  ];
}
