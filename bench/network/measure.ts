/** The shipped network alone, by every engine in turn, so that whatever else the machine does disturbs all of them alike. */
import { quantile } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';
import { type Classifier, createClassifier } from '../../src/network/classifier.js';
import { createPlanClassifier } from '../../src/plan/classifier.js';
import type { KernelBuild, KernelSource } from '../../src/plan/wasm/module.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import type { Manifest } from '../../src/weights/manifest.js';

/** Of one engine; milliseconds. */
export interface EngineTimes {
  readonly engine: string;
  /** From weights in memory to the first answer. */
  readonly start: number;
  /** A call, by how many faces it takes: the quartiles. */
  readonly calls: Readonly<Record<number, readonly [number, number, number]>>;
}

export const TENSORFLOW = 'TensorFlow.js';
const FACES = [1, 4] as const;
const INT8 = 'int8';
const SEED = 5;
/** Of logits in float32, from rounding alone. */
const LARGEST_DIFFERENCE = 1e-3;

/** Other engines, by name; each is given the model in float32. */
export type Rivals = Readonly<Record<string, (model: LoadedModel, counts: readonly number[]) => Promise<Classifier>>>;

/**
 * TensorFlow.js' WebAssembly must be the current backend.
 * @throws Error where a rival's logits are not those of TensorFlow.js, so that it computes something else
 */
export async function measureNetwork(
  { manifest, arrays }: LoadedModel,
  kernels: KernelSource,
  builds: readonly KernelBuild[],
  rivals: Rivals,
  rounds: number,
): Promise<readonly EngineTimes[]> {
  const { int8, ...exact } = manifest;
  const own = (computed: Manifest, type: string) =>
    builds.map((build): [string, () => Promise<Classifier>] => [
      `own kernels, ${build}, ${type}`,
      async () => (await createPlanClassifier(computed, arrays, () => kernels(build))).classifier,
    ]);
  const makers: Readonly<Record<string, () => Promise<Classifier>>> = {
    [TENSORFLOW]: () => createClassifier(exact, arrays),
    ...Object.fromEntries(
      Object.entries(rivals).map(([name, make]) => [name, () => make({ manifest: exact, arrays }, FACES)]),
    ),
    ...Object.fromEntries(own(exact, 'float32')),
    ...(int8 === undefined ? {} : Object.fromEntries(own(manifest, INT8))),
  };
  const random = new Random(SEED);
  const length = manifest.input.size ** 2 * (manifest.input.colour === 'luma' ? 1 : 3);
  const crops = Float32Array.from({ length: Math.max(...FACES) * length }, () => random.next());
  const engines = [];
  let reference: Float32Array | undefined;
  for (const [engine, make] of Object.entries(makers)) {
    const began = performance.now();
    const classifier = await make();
    const first = await classifier.logits(crops.subarray(0, length), 1);
    engines.push({ engine, classifier, start: performance.now() - began, times: new Map<number, number[]>() });
    reference ??= first.slice();
    const difference = Math.max(...reference.map((logit, label) => Math.abs(logit - first[label])));
    if (!engine.endsWith(INT8) && !(difference <= LARGEST_DIFFERENCE)) {
      throw new Error(`${engine} computes something else: its logits differ by ${difference}.`);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const faces of FACES) {
      for (const { classifier, times } of engines) {
        const began = performance.now();
        await classifier.logits(crops.subarray(0, faces * length), faces);
        times.set(faces, [...(times.get(faces) ?? []), performance.now() - began]);
      }
    }
  }
  return engines.map(({ engine, classifier, start, times }) => {
    classifier.dispose();
    const calls = [...times].map(([faces, all]) => [faces, quartiles(all)] as const);
    return { engine, start, calls: Object.fromEntries(calls) };
  });
}

const quartiles = (values: readonly number[]) =>
  [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)] as const;
