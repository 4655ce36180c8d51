/**
 * `npm run bench -- training [--only minute,families,steps,teachable] [--images 72] [--mode quick|full] [--backend wasm|webgpu|cpu] [--families base,dcs,qcs] [--steps 3] [--batch TUPLES]
 * [--micro 0] [--data ../shared/data/ferplus]`, in Node:
 * - minute: the default fine-tuning of 504 images (`--images` a class), nothing held out, from Start to the cross-validated result, with its parts
 * - families: as many images, step by step, from Start to the result, by family, and as a part of plain cross-entropy's time
 * - steps: seconds, kernel calls and bytes of a step by family, as a part of plain cross-entropy's too
 * - teachable: accuracy and time beside Teachable Machine's head on the same images, 50 a class
 *
 * Beside the wall clock stands the processor time, which other work on the machine does not stretch.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { registerGradients } from '../../cli/registerGradients.js';
import { startNodeBackend, type NodeBackendName } from '../../src/gpu/node.js';
import type { TrainingMode } from '../../src/training/config.js';
import type { Family } from '../../src/weights/architectures.js';
import { readFaces, samplesOf } from '../fineTuning/faces.js';
import { startMethods } from '../fineTuning/methods.js';
import { CLASSES } from '../fineTuning/shipped.js';
import { type Minute, measureMinute } from './minute.js';
import { measureSteps } from './steps.js';

const DOMAIN = 'laboratory';
/** To measure on, a class. */
const TEST_IMAGES = 10;

export async function benchTraining(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: 'minute,families,steps,teachable' },
      images: { type: 'string', default: '72' },
      mode: { type: 'string', default: 'quick' },
      backend: { type: 'string', default: 'wasm' },
      families: { type: 'string', default: 'base,dcs,qcs' },
      steps: { type: 'string', default: '3' },
      batch: { type: 'string', default: '0' },
      micro: { type: 'string', default: '0' },
      data: { type: 'string', default: '../shared/data/ferplus' },
    },
  });
  const wanted = new Set(values.only.split(','));
  await registerGradients();
  const report: Record<string, unknown> = { processor: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}` };
  if (wanted.has('minute')) {
    const faces = await readFaces(values.data);
    const samples = await samplesOf(faces, DOMAIN, { images: Number(values.images), test: 0, seed: 1 });
    report['minute'] = await measureMinute(samples, CLASSES);
  }
  if (wanted.has('families')) {
    const families = values.families.split(',') as Family[];
    report['families'] = await besideEachOther(values.data, Number(values.images), families);
  }
  if (wanted.has('steps')) {
    const backend = await startNodeBackend(values.backend as NodeBackendName);
    const costs = await measureSteps({
      mode: values.mode as TrainingMode,
      families: values.families.split(',') as Family[],
      steps: Number(values.steps),
      batch: Number(values.batch),
      micro: Number(values.micro),
    });
    const base = costs.find(({ family }) => family === 'base');
    report['steps'] = costs.map((cost) => ({ ...cost, ...(base === undefined ? {} : ratios(cost, base)) }));
    backend.stop();
  }
  if (wanted.has('teachable')) report['teachable'] = await besideTeachable(values.data);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

async function besideEachOther(data: string, images: number, families: readonly Family[]): Promise<unknown> {
  const samples = await samplesOf(await readFaces(data), DOMAIN, { images, test: TEST_IMAGES, seed: 1 });
  const runs: (Minute & { readonly family: Family })[] = [];
  for (const family of families) {
    runs.push({ family, ...(await measureMinute(samples, CLASSES, { family, layers: 'heads' })) });
  }
  const base = runs.find(({ family }) => family === 'base');
  return runs.map((run) => ({
    ...run,
    ...(base === undefined ? {} : { ofBase: run.processorSeconds / base.processorSeconds }),
  }));
}

type Cost = Awaited<ReturnType<typeof measureSteps>>[number];

/** Of plain cross-entropy's step on as many anchors, and of its cost an image that goes through the network. */
function ratios(cost: Cost, base: Cost): { readonly ofBase: number; readonly ofBaseByImage: number } {
  const ofBase = cost.processorSecondsPerStep / base.processorSecondsPerStep;
  return { ofBase, ofBaseByImage: (ofBase * base.images) / cost.images };
}

async function besideTeachable(data: string): Promise<unknown> {
  const faces = await readFaces(data);
  const samples = await samplesOf(faces, DOMAIN, { images: 50, test: 30, seed: 1 });
  const methods = await startMethods(['default', 'teachable']);
  const results: Record<string, unknown> = { pictures: DOMAIN, learned: samples.train.length };
  for (const method of ['default', 'teachable'] as const) {
    const { accuracy, macroRecall, n, seconds } = await methods.measure(method, samples, CLASSES, 1);
    results[method] = { n, accuracy, macroRecall, seconds };
  }
  methods.stop();
  return results;
}
