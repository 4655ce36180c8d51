/** The page of the command line, made of the texts that `--help` prints. */
import { ANALYSE_USAGE } from '../../../cli/analyse.js';
import { CALIBRATE_USAGE } from '../../../cli/calibrate.js';
import { CONVERT_USAGE } from '../../../cli/convert.js';
import { COPY_ASSETS_USAGE } from '../../../cli/copyAssets.js';
import { EVALUATE_USAGE } from '../../../cli/evaluate.js';
import { EXPORT_USAGE } from '../../../cli/export.js';
import { INSPECT_USAGE } from '../../../cli/inspect.js';
import { PREDICT_USAGE } from '../../../cli/predict.js';
import { QUANTISE_USAGE } from '../../../cli/quantise.js';
import { TRAIN_USAGE } from '../../../cli/train.js';

const USAGES = [
  PREDICT_USAGE,
  CONVERT_USAGE,
  INSPECT_USAGE,
  EXPORT_USAGE,
  EVALUATE_USAGE,
  ANALYSE_USAGE,
  CALIBRATE_USAGE,
  QUANTISE_USAGE,
  TRAIN_USAGE,
  COPY_ASSETS_USAGE,
];

/** By the command's name. */
export const COMMAND_USAGES: ReadonlyMap<string, string> = new Map(
  USAGES.map((usage) => [usage.split(' ', 1)[0], usage]),
);

export function commandLinePage(): string {
  return [
    '# Command line',
    '`npx qcs-fer COMMAND` where the package is installed, `npm run cli -- COMMAND` in the repository. Exit codes and what is written where: ' +
      '[models and the command line](../models.md#the-command-line). What `qcs-fer COMMAND --help` prints:',
    ...[...COMMAND_USAGES].flatMap(([name, usage]) => [`## ${name}`, `\`\`\`text\nqcs-fer ${usage}\n\`\`\``]),
    '',
  ].join('\n\n');
}
