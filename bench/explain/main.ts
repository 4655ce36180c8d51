/**
 * `npm run bench -- explain [--data DIR] [--limit N] [--threads N] [--out FILE]`: whether explanations are true to the network, on FERPlus validation faces.
 * Hiding the top fifth of patches must lower the probability of the class more than hiding random fifths. Writes the figures as JSON.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataFolder } from '../../cli/dataFolder.js';
import { progressLine } from '../../cli/progressLine.js';
import { concatenateFloats } from '../../src/base/floats.js';
import { mean } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';
import { readSamples, samplesOfSplit } from '../../src/evaluation/samples.js';
import { channelCount, preprocessImage } from '../../src/faces/preprocess.js';
import { decodeInNode } from '../../src/node/decodeImage.js';
import { loadModelAt, shippedManifest } from '../../src/node/modelFiles.js';
import { startNodeClassifier } from '../../src/plan/nodeClassifier.js';
import { type Cover, coverOf, hidePatches, PATCHES } from '../../src/reading/explanation/occlusion.js';
import { patchEffects } from '../../src/reading/explanation/explanation.js';
import { measureCrop } from '../../src/reading/measures.js';
import { probabilitiesOf } from '../../src/reading/probabilities.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import { root } from '../openPages.js';
import { type AttentionReader, startAttention } from './attention.js';
import { areaUnder, DRAWS, FIFTH, meanCurve, orderOf, pairedDifference, STEPS } from './deletion.js';

const SEED = 14;
const ORDERS = ['explained', 'attention', 'random'] as const;
type Order = (typeof ORDERS)[number];

/** Falls of a probability, and of the lead over the runner-up, nats. */
interface FaceFigures {
  /** By hiding the top fifth, under each cover. */
  readonly top: Readonly<Record<Cover, number>>;
  /** By hiding random fifths, the mean of the draws. */
  readonly random: Readonly<Record<Cover, number>>;
  readonly attention: number;
  readonly leadTop: number;
  readonly leadRandom: number;
  readonly deletion: Readonly<Record<Order, readonly number[]>>;
  readonly insertion: Readonly<Record<Order, readonly number[]>>;
}

type Logits = (crops: readonly Float32Array[]) => Promise<Float32Array[]>;

export async function benchExplain(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      limit: { type: 'string', default: '500' },
      threads: { type: 'string', default: '2' },
      out: { type: 'string' },
    },
  });
  const data = values.data ?? join(root, '../shared/data/ferplus');
  const loaded = await loadModelAt(shippedManifest());
  const { classifier, stop } = await startNodeClassifier('wasm', loaded, Number(values.threads));
  const classes = loaded.manifest.classes.length;
  const logits: Logits = async (crops) => {
    const rows = await classifier.logits(concatenateFloats(crops), crops.length);
    return crops.map((_, index) => rows.slice(index * classes, (index + 1) * classes));
  };
  const attention = await startAttention(loaded);
  const set = await readSamples(await readDataFolder(data), 'majority', loaded.manifest.classes);
  const samples = new Random(SEED).shuffle([...samplesOfSplit(set, 'validation')]).slice(0, Number(values.limit));
  const faces: FaceFigures[] = [];
  const report = progressLine('faces');
  for (const [index, sample] of samples.entries()) {
    const crop = preprocessImage(await decodeInNode(await sample.bytes()), loaded.manifest.input);
    faces.push(await lookAt(crop, index, { loaded, logits, attention }));
    report(index + 1, samples.length);
  }
  attention.stop();
  stop();
  const figures = summarise(faces);
  print(figures);
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(figures, null, 2)}\n`);
}

interface Tools {
  readonly loaded: LoadedModel;
  readonly logits: Logits;
  readonly attention: AttentionReader;
}

async function lookAt(crop: Float32Array, index: number, { loaded, logits, attention }: Tools): Promise<FaceFigures> {
  const { manifest } = loaded;
  const { size } = manifest.input;
  const channels = channelCount(manifest.input);
  const measures = measureCrop(crop, size, channels);
  const covers = { mean: coverOf(crop, size, channels, 'mean'), smooth: coverOf(crop, size, channels, 'smooth') };
  const without = (patches: Iterable<number>, cover: Cover = 'mean') => hidePatches(crop, covers[cover], size, patches);
  const singles = Array.from({ length: PATCHES }, (_, patch) => without([patch]));
  const [shown, ...hidden] = await logits([crop, ...singles]);
  const [first, second] = orderOf(probabilitiesOf(shown, measures, manifest));
  const question = {
    expression: manifest.classes[first],
    against: manifest.classes[second],
    measures,
    prior: 'trained' as const,
  };
  const { patches } = patchEffects(shown, hidden, question, manifest);
  const random = new Random(SEED + index + 1);
  const draws = Array.from({ length: DRAWS }, () =>
    random.shuffle(Array.from({ length: PATCHES }, (_, patch) => patch)),
  );
  const orders: Readonly<Record<Order, readonly number[]>> = {
    explained: orderOf(patches.map(({ evidence }) => evidence)),
    attention: orderOf(await attention.read(crop)),
    random: draws[0],
  };
  const against = orderOf(patches.map(({ evidenceAgainst }) => evidenceAgainst));
  const read = async (crops: readonly Float32Array[]) =>
    (await logits(crops)).map((row) => probabilitiesOf(row, measures, manifest));
  const probability = (row: Float64Array) => row[first];
  const lead = (row: Float64Array) => Math.log(Math.max(row[first], 1e-9) / Math.max(row[second], 1e-9));
  const whole = probabilitiesOf(shown, measures, manifest);
  const fall = async (fifths: readonly (readonly number[])[], cover: Cover, what = probability) =>
    what(whole) - mean((await read(fifths.map((order) => without(order.slice(0, FIFTH), cover)))).map(what));
  const curve = async (order: readonly number[], towards: 'deletion' | 'insertion') =>
    (await read(STEPS.map((step) => without(towards === 'deletion' ? order.slice(0, step) : order.slice(step))))).map(
      probability,
    );
  const curves = async (towards: 'deletion' | 'insertion') => ({
    explained: await curve(orders.explained, towards),
    attention: await curve(orders.attention, towards),
    random: await curve(orders.random, towards),
  });
  return {
    top: { mean: await fall([orders.explained], 'mean'), smooth: await fall([orders.explained], 'smooth') },
    random: { mean: await fall(draws, 'mean'), smooth: await fall(draws, 'smooth') },
    attention: await fall([orders.attention], 'mean'),
    leadTop: await fall([against], 'mean', lead),
    leadRandom: await fall(draws, 'mean', lead),
    deletion: await curves('deletion'),
    insertion: await curves('insertion'),
  };
}

type Report = ReturnType<typeof summarise>;

function summarise(faces: readonly FaceFigures[]) {
  const byOrder = (pick: (face: FaceFigures, order: Order) => readonly number[]) => {
    const curveOf = (order: Order) => meanCurve(faces.map((face) => pick(face, order)));
    return { explained: curveOf('explained'), attention: curveOf('attention'), random: curveOf('random') };
  };
  const fell = (cover: Cover) => ({
    top: mean(faces.map(({ top }) => top[cover])),
    random: mean(faces.map(({ random }) => random[cover])),
    difference: pairedDifference(
      faces.map(({ top }) => top[cover]),
      faces.map(({ random }) => random[cover]),
    ),
  });
  return {
    faces: faces.length,
    split: 'validation',
    steps: STEPS,
    topFifth: { mean: fell('mean'), smooth: fell('smooth') },
    attentionFifth: pairedDifference(
      faces.map(({ attention }) => attention),
      faces.map(({ random }) => random.mean),
    ),
    explainedOverAttention: pairedDifference(
      faces.map(({ top }) => top.mean),
      faces.map(({ attention }) => attention),
    ),
    lead: pairedDifference(
      faces.map(({ leadTop }) => leadTop),
      faces.map(({ leadRandom }) => leadRandom),
    ),
    deletion: byOrder((face, order) => face.deletion[order]),
    insertion: byOrder((face, order) => face.insertion[order]),
  };
}

function print(report: Report): void {
  const interval = ({ value, low, high, share }: ReturnType<typeof pairedDifference>, digits = 3) =>
    `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)}), larger on ${(100 * share).toFixed(0)} % of the faces`;
  const { topFifth, lead, attentionFifth, explainedOverAttention } = report;
  process.stdout.write(
    `${report.faces} faces of FERPlus validation, with a majority. How much the probability of the class falls:\n` +
      `| hidden with | top fifth | random fifth | difference, 95 % |\n|---|--:|--:|---|\n` +
      (['mean', 'smooth'] as const)
        .map(
          (cover) =>
            `| ${cover} | ${topFifth[cover].top.toFixed(3)} | ${topFifth[cover].random.toFixed(3)} | ${interval(topFifth[cover].difference)} |\n`,
        )
        .join('') +
      `Lead over the runner-up, nats, top fifth of the evidence against it over random: ${interval(lead, 2)}\n` +
      `Top fifth by the class token's attention over random: ${interval(attentionFifth)}\n` +
      `Top fifth by occlusion over that by attention: ${interval(explainedOverAttention)}\n`,
  );
  for (const kind of ['deletion', 'insertion'] as const) {
    const areas = ORDERS.map((order) => `${order} ${areaUnder(report[kind][order]).toFixed(3)}`);
    process.stdout.write(`Area under the ${kind} curve: ${areas.join(', ')}\n`);
  }
}
