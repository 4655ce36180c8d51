/** The card that lies beside a fine-tuned model. Every figure comes from the run itself. */
import { percent } from '../base/format.js';
import type { Interval } from '../evaluation/intervals.js';
import type { Manifest } from '../weights/manifest.js';
import type { SplitMetrics } from './metrics.js';
import type { RunRecord, SplitCounts } from './runRecord.js';
import { caveats } from './data/samples.js';

export function modelCard(manifest: Manifest, counts: SplitCounts, setup: RunRecord): string {
  const { config, from, outcome, samples, device } = setup;
  const warnings = caveats(samples, manifest.classes);
  const lines = [
    `# ${manifest.id}`,
    '',
    `Fine-tuned from ${from.id} ${from.version} in ${config.mode} mode (${learned(setup)}) in ${duration(outcome.seconds)} on ${device}.`,
    `Licence: ${manifest.licence}. The images it was trained on are its owner's; their licence and the consent of the people in them are not known to this card.`,
    '',
    '## Data',
    '',
    `| split | ${manifest.classes.join(' | ')} |`,
    `|---|${manifest.classes.map(() => '--:').join('|')}|`,
    ...Object.entries(counts).map(
      ([split, row]) => `| ${split} | ${manifest.classes.map((name) => row[name]).join(' | ')} |`,
    ),
    '',
    ...Object.entries(config.classes).map(([name, labels]) => `- ${name}: ${labels.join(', ')}`),
    '',
    '## Results',
    '',
    ...results(outcome, manifest.classes),
    ...(warnings.length > 0
      ? ['', 'What these figures cannot say:', '', ...warnings.map((warning) => `- ${warning}`)]
      : []),
    '',
    `${keptWeights(outcome)} The test split took no part in any choice.`,
    '',
    '## Use',
    '',
    'Meant for recognising the expressions named above on faces like those it was trained on, with the consent of the people shown. Not for judging, hiring, grading,',
    'diagnosing, policing or watching anybody: an expression is not a feeling. In the European Union the AI Act forbids inferring emotions of people at work and in education.',
    '',
    '## Settings',
    '',
    '```json',
    JSON.stringify(config, null, 2),
    '```',
    '',
  ];
  return lines.join('\n');
}

function learned({ config, outcome }: RunRecord): string {
  return outcome.fit === null ? `${config.family}, ${outcome.steps} steps` : 'the last layer by its optimum';
}

function keptWeights({ keptEpoch, history, fit }: RunRecord['outcome']): string {
  if (fit !== null) {
    return fit.strength === null
      ? 'No fit was clearly better in cross-validation than the model that the run began with, whose last layer was kept.'
      : `The tie to the model that the run began with has strength ${fit.strength}, chosen by cross-validation.`;
  }
  return keptEpoch === 0
    ? `None of ${history.length} epochs was better than the model that the run began with, whose weights were kept.`
    : `The weights of epoch ${keptEpoch} of ${history.length} were kept, the best on the validation split.`;
}

function results({ before, after, folds }: RunRecord['outcome'], classes: readonly string[]): string[] {
  if (after === null) return ['No image was held out for a test: nothing is known about how well it does.'];
  const row = (name: string, metrics: SplitMetrics | null) =>
    metrics === null ? [] : [`| ${name} | ${interval(metrics.accuracy)} | ${interval(metrics.macroRecall)} |`];
  return [
    folds === null
      ? `On ${after.n} held-out test images, with 95 % intervals:`
      : `In ${folds}-fold cross-validation over all ${after.n} images, each read by a fit that had not seen it, with 95 % intervals:`,
    '',
    '| | accuracy | mean recall of the classes |',
    '|---|---|---|',
    ...row('before', before),
    ...row('after', after),
    '',
    '| class | images | precision | recall |',
    '|---|--:|--:|--:|',
    ...classes.map((name) => {
      const { n, precision, recall } = after.perClass[name];
      return `| ${name} | ${n} | ${percent(precision)} | ${percent(recall)} |`;
    }),
  ];
}

function interval({ value, low, high }: Interval): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
}
