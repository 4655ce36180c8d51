/**
 * `npm run bench -- fine-tuning [--experiment new-domain|new-classes|person] [--sets laboratory,quarter] [--methods default,mean] [--images 50] [--seeds 5] [--test 30]
 * [--data FOLDER] [--states FILE] [--person FILE] [--write]`: what fine-tuning gains. It learns from images of FERPlus's training split and is measured on its validation split;
 * its test split takes no part. `--write` keeps the results in bench/results/fineTuning.json, beside those that are there, and writes the tables of
 * docs/fine-tuning.md.
 */
import { parseArgs } from 'node:util';
import { percent } from '../../src/base/format.js';
import { STATES_FILE } from '../landmarks/main.js';
import { PERSON_FILE } from '../landmarks/person.js';
import { type ExperimentName, EXPERIMENTS } from './experiments.js';
import { METHODS, startMethods } from './methods.js';
import { keepRows, type Row } from './results.js';
import { experimentTable, writeTables } from './tables.js';

export async function benchFineTuning(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      experiment: { type: 'string', default: 'new-domain' },
      sets: { type: 'string' },
      methods: { type: 'string', default: 'none,mean,default' },
      images: { type: 'string', default: '50' },
      seeds: { type: 'string', default: '5' },
      test: { type: 'string', default: '30' },
      data: { type: 'string', default: '../shared/data/ferplus' },
      states: { type: 'string', default: STATES_FILE },
      person: { type: 'string', default: PERSON_FILE },
      write: { type: 'boolean', default: false },
    },
  });
  if (!(values.experiment in EXPERIMENTS)) {
    throw new Error(`--experiment is one of ${Object.keys(EXPERIMENTS).join(', ')}.`);
  }
  const experiment = values.experiment as ExperimentName;
  const opened = await EXPERIMENTS[experiment].open(values.data, values.states, values.person);
  const sets = opened.sets.filter((name) => values.sets === undefined || values.sets.split(',').includes(name));
  const methods = METHODS.filter((name) => values.methods.split(',').includes(name));
  const [images, test] = [Number(values.images), Number(values.test)];
  const run = await startMethods(methods);
  const rows: Row[] = [];
  try {
    for (const set of sets) {
      for (let seed = 1; seed <= Number(values.seeds); seed++) {
        const samples = await opened.draw(set, { images, test, seed });
        const labels = samples.test.map(({ label }) => label);
        for (const method of methods) {
          const result = await run.measure(method, samples, opened.classes(set), seed);
          const right = labels.map((label, index) => (result.predicted[index] === label ? 1 : 0)).join('');
          const { seconds } = result;
          const row: Row = { experiment, set, images, method, seed, labels: labels.join(''), right, seconds };
          rows.push(row);
          if (values.write) await writeTables(await keepRows([row]));
          const [accuracy, recall] = [percent(result.accuracy.value), percent(result.macroRecall.value)];
          process.stderr.write(`${set} ${seed} ${method}: ${accuracy}, ${recall}, ${seconds.toFixed(0)} s\n`);
        }
      }
    }
  } finally {
    run.stop();
  }
  process.stdout.write(experimentTable(rows, experiment));
}
