/** `npm run kills -- [ROUNDS] [--seed S]`: kills a browser at random times while it writes, and looks each time at what is there. After a build. */
import { parseArgs } from 'node:util';
import { killWhileWriting } from '../test/support/kills.js';

const ROUNDS = 200;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
});
const report = await killWhileWriting({
  rounds: Number(positionals[0] ?? ROUNDS),
  seed: Number(values.seed),
  onRound: (round) => process.stderr.write(`${round} `),
});
process.stdout.write(`\n${JSON.stringify(report)}\n`);
