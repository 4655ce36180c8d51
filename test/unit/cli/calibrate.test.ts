/** `calibrate` as a user runs it, on a copy of the shipped model's manifest and generated pictures. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import { validateManifest } from '../../../src/weights/manifestSchema.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;

function run(...args: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...COMMAND_LINE, 'calibrate', ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-calibrate-'));
  cpSync(join(ROOT, 'public/models/qcs-mobile'), join(folder, 'model'), { recursive: true });
  for (const [index, label] of ['happiness', 'neutral', 'anger', 'neutral', 'unknown_to_it'].entries()) {
    const png = new PNG({ width: 48, height: 48 });
    for (let pixel = 0; pixel < 48 * 48; pixel++) {
      png.data.fill(((pixel % 48) / (3 + index)) % 2 < 1 ? 60 : 190, pixel * 4, pixel * 4 + 3);
      png.data[pixel * 4 + 3] = 255;
    }
    mkdirSync(join(folder, 'data/validation', label), { recursive: true });
    writeFileSync(join(folder, 'data/validation', label, `${index}.png`), PNG.sync.write(png));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command calibrate', () => {
  it('writes what it fitted into the manifest, and nothing else of it changes', async () => {
    const path = join(folder, 'model/manifest.json');
    const { reading: old, ...before } = validateManifest(JSON.parse(readFileSync(path, 'utf8')));
    writeFileSync(path, JSON.stringify(before));
    const { code, stdout, stderr } = await run('--model', path, '--data', join(folder, 'data'), '--damaged', '1');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Called unclear')]);
    const { reading, ...after } = validateManifest(JSON.parse(readFileSync(path, 'utf8')));
    expect(after).toEqual(before);
    expect(reading).toEqual(JSON.parse(stdout));
    // Folders by class hold no votes: there is nothing to fit shares to.
    expect(Object.keys(reading ?? {})).toEqual(['plausible', 'balance', 'mirror', 'quality', 'limits']);
    expect(reading?.limits).toEqual(old?.limits);
  }, 120_000);

  it('explains wrong arguments and exits with 2', async () => {
    const { code, stderr } = await run('--model', 'x', '--data', 'y', '--level', '2');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--level wants a number between 0 and 1')]);
  }, 60_000);
});
