/**
 * `npm run bench -- engines [--data DIR] [--split validation|test] [--limit N]`: the exact weights in float32, by TensorFlow.js' WebAssembly and by our own kernels,
 * on every labelled image of a split of FERPlus: where their answers differ, and how far apart the two likeliest classes were there. No time
 * is measured. Prints a summary on standard error and the JSON on standard output.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataFolder } from '../cli/dataFolder.js';
import { progressLine } from '../cli/progressLine.js';
import { argmax } from '../src/base/softmax.js';
import { splitNamed } from '../src/dataset/sample.js';
import { readSamples, samplesOfSplit } from '../src/evaluation/samples.js';
import { preprocessImage } from '../src/faces/preprocess.js';
import { startNodeBackend } from '../src/gpu/node.js';
import { createClassifier } from '../src/network/classifier.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { loadModelAt, shippedManifest } from '../src/node/modelFiles.js';
import { createPlanClassifier } from '../src/plan/classifier.js';
import { readKernels } from '../src/plan/nodeKernels.js';
import { root } from './openPages.js';

/** An image that the two call by different names. */
interface Difference {
  readonly name: string;
  /** Between the two largest logits of TensorFlow.js. */
  readonly margin: number;
}

export async function benchEngines(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, split: { type: 'string', default: 'validation' }, limit: { type: 'string' } },
  });
  const split = splitNamed(values.split);
  if (split === null) throw new Error('--split is train, validation or test.');
  const { manifest, arrays } = await loadModelAt(shippedManifest(), ['base']);
  const { int8: _quantised, ...exact } = manifest;
  const files = await readDataFolder(values.data ?? join(root, '../shared/data/ferplus'));
  const samples = samplesOfSplit(await readSamples(files, 'argmax', exact.classes), split);
  const chosen = values.limit === undefined ? samples : samples.slice(0, Number(values.limit));
  await startNodeBackend('wasm');
  const stock = await createClassifier(exact, arrays);
  const { classifier: own, build } = await createPlanClassifier(exact, arrays, readKernels);
  const differences: Difference[] = [];
  let largest = 0;
  const progress = progressLine('Images');
  for (const [index, sample] of chosen.entries()) {
    const crop = preprocessImage(await decodeInNode(await sample.bytes()), exact.input);
    const [theirs, ours] = [await stock.logits(crop, 1), await own.logits(crop, 1)];
    largest = Math.max(largest, ...theirs.map((logit, label) => Math.abs(logit - ours[label])));
    if (argmax(theirs) !== argmax(ours)) {
      const [first, second] = theirs.toSorted((a, b) => b - a);
      differences.push({ name: sample.name, margin: first - second });
    }
    progress(index + 1, chosen.length);
  }
  const equal = chosen.length - differences.length;
  process.stderr.write(
    `${equal} of ${chosen.length} answers on ${split} are equal, kernels of the ${build} build; logits differ by ${largest.toExponential(1)} at most.\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ split, images: chosen.length, equal, build, largest, differences }, null, 1)}\n`,
  );
}
