/** How the kernels start. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compileKernels, startKernels, supportedBuild } from '../../../../src/plan/wasm/module.js';
import { BUILDS } from './support.js';

const file = readFileSync(join(import.meta.dirname, '../../../../public/runtime/kernels-simd.wasm'));

test('an engine that takes relaxed SIMD gets it', () => {
  expect(supportedBuild()).toBe('relaxed');
});

test.each([
  [[true, true], 'relaxed'],
  [[false, true], 'simd'],
  [[false, false], null],
] as const)('engines that take %j of the probes get %s', (taken, build) => {
  const validate = vi.spyOn(WebAssembly, 'validate');
  for (const answer of taken) validate.mockReturnValueOnce(answer);
  expect(supportedBuild()).toBe(build);
  validate.mockRestore();
});

test('the plain build needs no relaxed instruction', async () => {
  const modules = BUILDS.map((name) => readFileSync(join(import.meta.dirname, '../../../../public/runtime', name)));
  const holds = modules.map((bytes) => bytes.includes(Buffer.of(0xfd, 0x85, 0x02)));
  expect(holds).toEqual([false, true]);
});

describe('compiling', () => {
  const response = (type: string) => new Response(file, { headers: { 'content-type': type } });

  test('bytes, a response called application/wasm and any other response give the same module', async () => {
    const streaming = vi.spyOn(WebAssembly, 'compileStreaming');
    const sources = [file, response('application/wasm'), response('text/plain')];
    for (const source of sources) {
      const module = await compileKernels(source);
      expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toContain('matmul');
    }
    expect(streaming).toHaveBeenCalledTimes(1);
    streaming.mockRestore();
  });

  test('a missing file and a file that is no module are named errors', async () => {
    const missing = new Response('no', { status: 404 });
    await expect(compileKernels(missing)).rejects.toMatchObject({
      code: 'no-backend',
      message: expect.stringMatching(/fetched \(404\)/) as string,
    });
    await expect(compileKernels(new Response('no'))).rejects.toMatchObject({ code: 'no-backend' });
  });
});

test('the module imports nothing but its memory', async () => {
  const module = await compileKernels(file);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
});

describe('starting', () => {
  const read = (name: string) => readFileSync(join(import.meta.dirname, '../../../../public/runtime', name));
  const memory = () => new WebAssembly.Memory({ initial: 1 });

  test('takes the relaxed build where it runs, and asks for no other file', async () => {
    const asked: string[] = [];
    const load = async (build: string) => {
      asked.push(build);
      return read(`kernels-${build}.wasm`);
    };
    const { build, kernels } = await startKernels(load, memory());
    expect([build, kernels.quantisedBytes(), asked]).toEqual(['relaxed', 1, ['relaxed']]);
  });

  // i32x4.relaxed_dot_i8x16_i7x16_add_s
  const dot = Buffer.of(0xfd, 0x93, 0x02);
  const relaxed = read('kernels-relaxed.wasm');
  const dots: number[] = [];
  for (let at = relaxed.indexOf(dot); at >= 0; at = relaxed.indexOf(dot, at + 1)) dots.push(at);

  test('tiles of 4, 2 and 1 rows multiply two vectors a row each', () => {
    expect(dots).toHaveLength(14);
  });

  test.each([...dots.keys()])(
    'takes the plain build where relaxed dot product %i does not compute its sum',
    async (index) => {
      const broken = Buffer.from(relaxed);
      // It becomes i8x16.relaxed_laneselect, which takes the same operands.
      broken[dots[index] + 1] = 0x89;
      const load = async (build: string) => (build === 'relaxed' ? broken : read('kernels-simd.wasm'));
      const { build, kernels } = await startKernels(load, memory());
      expect([build, kernels.quantisedBytes()]).toEqual(['simd', 2]);
    },
  );

  test('says what is missing in an engine without SIMD', async () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    await expect(startKernels(() => Promise.reject(new Error('not asked')), memory())).rejects.toMatchObject({
      code: 'no-backend',
    });
    validate.mockRestore();
  });
});
