import { afterEach, expect, test, vi } from 'vitest';
import '../../../src/define.js';
import { monaLisa } from '../support.js';

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('several elements share one worker and one model; the last to leave ends it', async () => {
  const started: Worker[] = [];
  const ended: Worker[] = [];
  const RealWorker = globalThis.Worker;
  class CountedWorker extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      started.push(this);
    }
    override terminate(): void {
      ended.push(this);
      super.terminate();
    }
  }
  vi.stubGlobal('Worker', CountedWorker);
  const elements = [document.createElement('qcs-fer'), document.createElement('qcs-fer')];
  for (const element of elements) element.backend = 'wasm';
  document.body.append(...elements);
  const photo = await monaLisa();
  const observations = await Promise.all(elements.map((element) => element.recognize(photo)));
  expect(started).toHaveLength(1);
  const [first, second] = observations.map(({ faces }) => faces);
  expect(first).toHaveLength(1);
  expect(second?.[0]?.probabilities).toEqual(first?.[0]?.probabilities);
  elements[0]?.remove();
  expect((await elements[1]?.recognize(photo))?.faces).toHaveLength(1);
  expect(ended).toHaveLength(0);
  elements[1]?.remove();
  await vi.waitFor(() => expect(ended).toHaveLength(1));
});
