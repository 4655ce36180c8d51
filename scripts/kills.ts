/**
 * `npm run kills -- [ROUNDS] [--of images|training|commands] [--seed S] [--torn]`: kills a browser, or the command line, at random times while it
 * writes, and looks each time at what is there. After a build.
 */
import { parseArgs } from 'node:util';
import { killCommands } from '../test/support/kills/commands.js';
import { killWhileStoring } from '../test/support/kills/images.js';
import type { KillOptions } from '../test/support/kills/options.js';
import { killWhileTraining } from '../test/support/kills/training.js';

const ROUNDS = 200;

const KINDS: Readonly<Record<string, (options: KillOptions) => Promise<object>>> = {
  images: killWhileStoring,
  training: killWhileTraining,
  commands: killCommands,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    of: { type: 'string' },
    torn: { type: 'boolean', default: false },
  },
});
for (const [name, kill] of Object.entries(KINDS)) {
  if (values.of !== undefined && values.of !== name) continue;
  process.stderr.write(`${name}: `);
  const report = await kill({
    rounds: Number(positionals[0] ?? ROUNDS),
    seed: Number(values.seed),
    tears: values.torn,
    onRound: (round) => process.stderr.write(`${round} `),
  });
  process.stdout.write(`\n${name} ${JSON.stringify(report)}\n`);
}
