/**
 * `npm run bench -- fine-tuning [--domains laboratory,quarter] [--methods default,mean] [--images 15] [--seeds 5] [--test 40] [--data ../shared/data/ferplus]`:
 * what fine-tuning gains where the pictures are of another domain. It learns from images of FERPlus's training split and is measured on its validation split;
 * its test split takes no part.
 */
import { parseArgs } from 'node:util';
import { mean } from '../../src/base/numbers.js';
import { percent } from '../../src/base/format.js';
import { DOMAIN_NAMES, DOMAINS, type DomainName } from './domains.js';
import { readFaces, samplesOf } from './faces.js';
import { type MethodName, METHODS, startMethods } from './methods.js';

interface Row {
  readonly domain: DomainName;
  readonly method: MethodName;
  readonly seed: number;
  readonly accuracy: number;
  readonly macroRecall: number;
  readonly seconds: number;
}

export async function benchFineTuning(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      domains: { type: 'string', default: DOMAIN_NAMES.join() },
      methods: { type: 'string', default: 'none,mean,default' },
      images: { type: 'string', default: '15' },
      seeds: { type: 'string', default: '5' },
      test: { type: 'string', default: '40' },
      data: { type: 'string', default: '../shared/data/ferplus' },
    },
  });
  const domains = DOMAIN_NAMES.filter((name) => values.domains.split(',').includes(name));
  const methods = METHODS.filter((name) => values.methods.split(',').includes(name));
  const faces = await readFaces(values.data);
  const run = await startMethods(methods);
  const rows: Row[] = [];
  try {
    for (const domain of domains) {
      for (let seed = 1; seed <= Number(values.seeds); seed++) {
        const samples = await samplesOf(faces, domain, {
          images: Number(values.images),
          test: Number(values.test),
          seed,
        });
        for (const method of methods) {
          const result = await run.measure(method, samples, seed);
          rows.push({ domain, method, seed, ...result });
          process.stderr.write(
            `${domain} ${seed} ${method}: ${percent(result.accuracy)}, ${percent(result.macroRecall)}\n`,
          );
        }
      }
      process.stdout.write(tableOf(rows, domain, methods));
    }
  } finally {
    run.stop();
  }
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

function tableOf(rows: readonly Row[], domain: DomainName, methods: readonly MethodName[]): string {
  const cell = (own: readonly Row[], of: (row: Row) => number): string => {
    const values = own.map(of);
    return `${percent(mean(values))} (${percent(Math.min(...values))} to ${percent(Math.max(...values))})`;
  };
  const lines = methods.map((method) => {
    const own = rows.filter((row) => row.domain === domain && row.method === method);
    const seconds = mean(own.map((row) => row.seconds));
    return `| ${method} | ${cell(own, (row) => row.accuracy)} | ${cell(own, (row) => row.macroRecall)} | ${seconds.toFixed(0)} s |\n`;
  });
  const head = `\n${domain}: ${DOMAINS[domain].title}\n\n| | accuracy | mean recall | time |\n|---|---|---|--:|\n`;
  return `${head}${lines.join('')}`;
}
