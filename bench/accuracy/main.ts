/**
 * `npm run bench -- accuracy [--data DIR] [--limit N]`: the shipped model, face-api.js and Human over the same FERPlus test images, in one Chromium run on
 * WebAssembly. Writes bench/accuracy/results.json and the table in bench/accuracy/README.md.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { readDataFolder } from '../../cli/dataFolder.js';
import { progressLine } from '../../cli/progressLine.js';
import { FERPLUS_CLASSES } from '../../src/dataset/ferplus.js';
import { duplicatesOfEarlierSplits } from '../../src/evaluation/duplicates.js';
import type { Prediction } from '../../src/evaluation/prediction.js';
import { readSamples, samplesOfSplit, type EvaluationSample } from '../../src/evaluation/samples.js';
import type { Manifest } from '../../src/weights/manifest.js';
import { median } from '../../src/base/numbers.js';
import { root, withPages, type OpenPage } from '../openPages.js';
import { compareRules, type AccuracyResults, type ContestantRun } from './compare.js';
import type * as Page from './page.js';
import { readmeTable } from './readmeTable.js';

declare global {
  interface Window {
    /** Set by page.html. */
    readonly bench: typeof Page;
  }
}

const PICTURES_A_CALL = 32;

/** Name, where its version stands, and its weights. */
const CONTESTANTS = [
  {
    name: 'qcs-mobile',
    version: 'public/models/qcs-mobile/manifest.json',
    weights: 'public/models/qcs-mobile/weights.safetensors',
  },
  {
    name: 'face-api',
    version: 'node_modules/@vladmandic/face-api/package.json',
    weights: 'node_modules/@vladmandic/face-api/model/face_expression_model.bin',
  },
  {
    name: 'human',
    version: 'node_modules/@vladmandic/human/package.json',
    weights: 'node_modules/@vladmandic/human/models/emotion.bin',
  },
] as const;

export async function benchAccuracy(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' }, limit: { type: 'string' } } });
  const data = values.data ?? join(root, '../shared/data/ferplus');
  if (!existsSync(data)) throw new Error(`FERPlus is not at ${data}. Name its folder with --data.`);
  const files = await readDataFolder(data);
  const argmax = await readSamples(files, 'argmax', FERPLUS_CLASSES);
  const majority = await readSamples(files, 'majority', FERPLUS_CLASSES);
  const samples = samplesOfSplit(argmax, 'test').slice(
    0,
    values.limit === undefined ? undefined : Number(values.limit),
  );
  const duplicates = await duplicatesOfEarlierSplits(argmax, 'test', progressLine('Looking for duplicates'));

  await withPages(async (open, version) => {
    const runs: ContestantRun[] = [];
    for (const { name, version: file, weights } of CONTESTANTS) {
      const run = await runContestant(open, name, samples);
      const { version: number } = JSON.parse(readFileSync(join(root, file), 'utf8')) as Pick<Manifest, 'version'>;
      runs.push({ name, version: number, weightBytes: statSync(join(root, weights)).size, ...run });
    }
    const results: AccuracyResults = {
      data: 'FERPlus test',
      device: `Chromium ${version}, WebAssembly, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}`,
      rules: compareRules(runs, { argmax: samples, majority: samplesOfSplit(majority, 'test') }, duplicates),
    };
    process.stdout.write(`${readmeTable(results)}\n`);
    if (values.limit === undefined) await writeResults(results);
  });
}

async function runContestant(
  open: OpenPage,
  name: string,
  samples: readonly EvaluationSample[],
): Promise<Pick<ContestantRun, 'classes' | 'predictions' | 'msPerImage'>> {
  const page = await open('accuracy/page.html', 'bench');
  const classes = await page.evaluate((model) => window.bench.load(model), name);
  const predictions: Prediction[] = [];
  const times: number[] = [];
  const progress = progressLine(name);
  for (let start = 0; start < samples.length; start += PICTURES_A_CALL) {
    const chunk = samples.slice(start, start + PICTURES_A_CALL);
    const pictures = await Promise.all(
      chunk.map(async (sample) => Buffer.from(await sample.bytes()).toString('base64')),
    );
    const answers = await page.evaluate((encoded) => window.bench.classify(encoded), pictures);
    for (const [index, { probabilities, milliseconds }] of answers.entries()) {
      times.push(milliseconds);
      const { name: path, label } = chunk[index];
      predictions.push({
        name: path,
        label: FERPLUS_CLASSES.findIndex((known) => known === label),
        probabilities: inFerplusOrder(probabilities, classes),
      });
    }
    progress(start + chunk.length, samples.length);
  }
  await page.close();
  return { classes, predictions, msPerImage: median(times) };
}

/** Eight probabilities; 0 for a class that the model does not have. */
function inFerplusOrder(probabilities: readonly number[], classes: readonly string[]): number[] {
  return FERPLUS_CLASSES.map((name) => (classes.includes(name) ? probabilities[classes.indexOf(name)] : 0));
}

async function writeResults(results: AccuracyResults): Promise<void> {
  const folder = join(root, 'bench/accuracy');
  const json = join(folder, 'results.json');
  const style = await resolveConfig(json);
  writeFileSync(json, await format(JSON.stringify(results), { ...style, parser: 'json' }));
  const readme = join(folder, 'README.md');
  const [before, , after] = readFileSync(readme, 'utf8').split(/<!-- table -->\n|<!-- \/table -->/);
  writeFileSync(readme, `${before}<!-- table -->\n${readmeTable(results)}<!-- /table -->${after}`);
}
