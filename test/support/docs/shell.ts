/** Commands of a shell block, and whether each is one that would be understood. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { runAnalyse } from '../../../cli/analyse.js';
import { runCalibrate } from '../../../cli/calibrate.js';
import { runConvert } from '../../../cli/convert.js';
import { runCopyAssets } from '../../../cli/copyAssets.js';
import { runEvaluate } from '../../../cli/evaluate.js';
import { runExport } from '../../../cli/export.js';
import { runInspect } from '../../../cli/inspect.js';
import { runPredict } from '../../../cli/predict.js';
import { runQuantise } from '../../../cli/quantise.js';
import { runTrain } from '../../../cli/train.js';
import { UsageError } from '../../../cli/usageError.js';

export const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  predict: runPredict,
  analyse: runAnalyse,
  convert: runConvert,
  inspect: runInspect,
  export: runExport,
  evaluate: runEvaluate,
  calibrate: runCalibrate,
  quantise: runQuantise,
  train: runTrain,
  'copy-assets': runCopyAssets,
};

export interface ShellCommand {
  /** Where it runs, below the repository's root. */
  readonly folder: string;
  readonly words: readonly string[];
}

/** Without comments and redirections; `cd` moves, and a pair of brackets brings back. */
export function commandsOf(block: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let folder = '.';
  for (const line of block.replaceAll('\\\n', ' ').split('\n')) {
    const code = line.replace(/(^|\s)#.*$/, '').replace(/\s>\s*\S+/, '');
    const before = folder;
    for (const part of code.split('&&')) {
      const words = part.replaceAll(/[()]/g, ' ').trim().split(/\s+/).filter(Boolean);
      if (words.length === 0) continue;
      if (words[0] === 'cd') folder = posix.join(folder, words[1]);
      commands.push({ folder, words });
    }
    if (code.trim().startsWith('(')) folder = before;
  }
  return commands;
}

/** Programs of others that need nothing of ours. */
const FOREIGN = new Set(['mkdir', 'cp', 'cd', 'export']);
const NPM = new Set(['install', 'start', 'test', 'pack', 'create']);

/**
 * What is wrong with a command, undefined where nothing is. Our own command line is asked itself, by a call that fails at the files that are
 * not there, in a folder where it may write.
 */
export async function faultOf(root: string, command: ShellCommand): Promise<string | undefined> {
  const [program, first = '', ...rest] = command.words;
  if (FOREIGN.has(program)) return undefined;
  if (program === 'npm' && first === 'run') return faultOfScript(root, rest);
  if (program === 'npm') return NPM.has(first) ? undefined : `npm has no ${first} here`;
  if (program === 'npx') return faultOfTool(root, first, rest);
  if (program === 'python3' || program === 'torchrun') return faultOfPython(root, command);
  return `nobody knows ${program}`;
}

async function faultOfScript(root: string, [name, dashes, ...rest]: readonly string[]): Promise<string | undefined> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  if (!(name in scripts)) return `package.json has no script ${name}`;
  if (dashes !== undefined && dashes !== '--') return `npm run ${name} takes arguments after --`;
  if (name === 'cli') return faultOfOurs(rest);
  if (name !== 'bench') return undefined;
  const benches = readFileSync(join(root, 'bench/main.ts'), 'utf8');
  return new RegExp(`^  '?${rest[0]}'?: bench\\w+,$`, 'm').test(benches) ? undefined : `there is no bench ${rest[0]}`;
}

async function faultOfTool(root: string, tool: string, args: readonly string[]): Promise<string | undefined> {
  if (tool === 'qcs-fer') return faultOfOurs(args);
  if (tool === 'parcel') return undefined;
  if (tool !== 'vitest') return `nobody knows npx ${tool}`;
  const missing = args.filter((each) => each.startsWith('test/') && !existsSync(join(root, each)));
  return missing.length === 0 ? undefined : `there is no ${missing.join(', ')}`;
}

/** Arguments are right whose files are not here. */
const FILE_MISSING = /cannot be read\. Check the path\.$/;

async function faultOfOurs([name = '', ...args]: readonly string[]): Promise<string | undefined> {
  const run = COMMANDS[name];
  if (run === undefined) return `there is no command ${name}`;
  try {
    await run(args);
    return undefined;
  } catch (error) {
    const misused = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    return misused && !FILE_MISSING.test(error.message) ? error.message : undefined;
  }
}

function faultOfPython(root: string, { folder, words }: ShellCommand): string | undefined {
  const module = words[words.indexOf('-m') + 1];
  if (words.includes('-m') && ['http.server', 'unittest'].includes(module)) {
    const tests = words.slice(words.indexOf('-m') + 2).filter((word) => word.startsWith('tests.'));
    const missing = tests.filter((test) => !existsSync(join(root, folder, `${test.replaceAll('.', '/')}.py`)));
    return missing.length === 0 ? undefined : `there is no ${missing.join(', ')}`;
  }
  const script = words.find((word) => word.endsWith('.py'));
  const lies = [folder, 'pytorch'].some((from) => script !== undefined && existsSync(join(root, from, script)));
  return lies ? undefined : `there is no ${script}`;
}
