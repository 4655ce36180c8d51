/** Runs of training that were interrupted. */
import * as fc from 'fast-check';
import { readCheckpoint, type RunState } from '../../../../src/training/checkpoint.js';
import { completeConfig } from '../../../../src/training/config.js';
import { MemoryStorage } from '../../../../src/storage/memoryStorage.js';
import { writeSafetensors } from '../../../../src/weights/safetensors.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';
import { listed, parameterNames, tensors, type Tensors } from './models.js';
import { classNames, plain } from './values.js';

const count = fc.integer({ min: 0, max: 1e6 });
const loss = fc.double({ min: 0, max: 100, noNaN: true });

const state = fc.record({
  format: fc.constant(1 as const),
  config: classNames.map((classes) => completeConfig({ classes })),
  data: fc.constant('0123456789abcdef'.repeat(4)),
  microBatch: count,
  step: count,
  optimizerStep: count,
  history: fc.constant([]),
  running: fc.record({ losses: fc.array(fc.array(loss)), steps: count, right: count, seen: count }),
  best: fc.option(fc.record({ epoch: count, loss })),
  before: fc.constant(null),
  elapsed: loss,
}) satisfies fc.Arbitrary<RunState>;

interface Run {
  readonly state: unknown;
  readonly weights: Tensors;
}

const runCheckpoint: Parser<Run> = {
  name: 'run-checkpoint',
  sound: fc.tuple(state, tensors(parameterNames)).map(([saved, weights]) => {
    const arrays = new Map([...weights].map(([name, array]) => [`weights/${name}`, array]));
    const bytes = writeSafetensors(arrays, { metadata: { state: JSON.stringify(saved) } });
    return { bytes, value: { state: plain(saved), weights: listed(weights) } };
  }),
  read: async (bytes) => {
    const storage = new MemoryStorage();
    await storage.write('checkpoint.safetensors', bytes);
    const { state: saved, arrays } = (await readCheckpoint(storage))!;
    return { state: plain(saved), weights: listed(arrays['weights'] ?? new Map()) };
  },
  words: ['\\"step\\":-1,', '\\"format\\":2,', '\\"config\\":{},', '"constructor/a"', 'null'],
  memory: USUAL_MEMORY,
};

export const RUN_PARSERS = [runCheckpoint] as const;
