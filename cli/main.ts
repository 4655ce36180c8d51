#!/usr/bin/env node
/** The command line: `npm run cli -- COMMAND`, or `npx qcs-fer COMMAND` after a build. Results go to standard output, all else to standard error. */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QcsError } from '../src/errors.js';
import { errorCode } from '../src/storage/node/writeWhole.js';
import packageFile from '../package.json' with { type: 'json' };
import { ANALYSE_USAGE, runAnalyse } from './analyse.js';
import { CALIBRATE_USAGE, runCalibrate } from './calibrate.js';
import { CONVERT_USAGE, runConvert } from './convert.js';
import { COPY_ASSETS_USAGE, runCopyAssets } from './copyAssets.js';
import { codeOfSignal, DONE, FAILED, MISUSED } from './exitCodes.js';
import { EVALUATE_USAGE, runEvaluate } from './evaluate.js';
import { EXPORT_USAGE, runExport } from './export.js';
import { InterruptedError, listenForSignals } from './interruption.js';
import { INSPECT_USAGE, runInspect } from './inspect.js';
import { note, print } from './output.js';
import { PREDICT_USAGE, runPredict } from './predict.js';
import { QUANTISE_USAGE, runQuantise } from './quantise.js';
import { runTrain, TRAIN_USAGE } from './train.js';
import { UsageError } from './usageError.js';

interface Command {
  /** First line: the form; the rest: what it does and its options. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<void>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  analyse: { usage: ANALYSE_USAGE, run: runAnalyse },
  calibrate: { usage: CALIBRATE_USAGE, run: runCalibrate },
  convert: { usage: CONVERT_USAGE, run: runConvert },
  'copy-assets': { usage: COPY_ASSETS_USAGE, run: runCopyAssets },
  evaluate: { usage: EVALUATE_USAGE, run: runEvaluate },
  export: { usage: EXPORT_USAGE, run: runExport },
  inspect: { usage: INSPECT_USAGE, run: runInspect },
  predict: { usage: PREDICT_USAGE, run: runPredict },
  quantise: { usage: QUANTISE_USAGE, run: runQuantise },
  train: { usage: TRAIN_USAGE, run: runTrain },
};

const { version: VERSION } = packageFile;

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    print(`${VERSION}\n`);
    return DONE;
  }
  if (name === undefined || name === 'help' || name.startsWith('-')) {
    const asked = name === 'help' || name === '--help' || name === '-h';
    (asked ? process.stdout : process.stderr).write(overview());
    return asked ? DONE : MISUSED;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    note(`There is no command ${name}.\n\n${overview()}`);
    return MISUSED;
  }
  const command = COMMANDS[name];
  if (rest.includes('--help') || rest.includes('-h')) {
    print(`qcs-fer ${command.usage}\n`);
    return DONE;
  }
  try {
    await command.run(rest);
    return DONE;
  } catch (error) {
    return explain(error, command);
  }
}

function overview(): string {
  const forms = Object.values(COMMANDS).map(({ usage }) => `  qcs-fer ${usage.split('\n', 1)[0]}\n`);
  return `Usage:\n${forms.join('')}\nqcs-fer COMMAND --help tells more; qcs-fer --version names the version.\n`;
}

function explain(error: unknown, command: Command): number {
  if (error instanceof UsageError || isArgumentError(error)) {
    note(`${error.message}\n\nqcs-fer ${command.usage}\n`);
    return MISUSED;
  }
  if (error instanceof InterruptedError) {
    note(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof QcsError) {
    note(`${error.message} [${error.code}]\n${pageOf(error)}`);
    return error.code === 'config-invalid' ? MISUSED : FAILED;
  }
  note(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return FAILED;
}

/** The manual lies beside the built command line. Empty where it does not. */
function pageOf({ help }: QcsError): string {
  const [page, code] = help.split('#');
  const path = fileURLToPath(new URL(`../${page}`, import.meta.url));
  return existsSync(path) ? `${relative('', path)}#${code}\n` : '';
}

/** What node:util's parseArgs throws for arguments that it does not know. */
function isArgumentError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** A reader that has seen enough (`| head`) ends the command as the system would. */
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') throw error;
  process.exit(codeOfSignal('SIGPIPE'));
});

listenForSignals();
process.exitCode = await main(process.argv.slice(2));
