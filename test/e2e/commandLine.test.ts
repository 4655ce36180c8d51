/** The built command line and the built library for Node: from another folder, with nothing but `dist/`. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/weights/safetensors.js';
import { libraryFolder, media, root } from '../support/page.js';

function run(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(libraryFolder, 'cli.js'), ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** One of the crops of the golden file. */
function facePng(index: number): Buffer {
  const crops = readSafetensors(readFileSync(join(root, 'test/fixtures/qcs-mobile-starter.golden.safetensors')));
  const { shape, data } = crops.get('crops')!;
  const [, height, width] = shape;
  const png = new PNG({ width, height });
  for (let pixel = 0; pixel < width * height; pixel++) {
    png.data.fill(data[index * width * height + pixel], pixel * 4, pixel * 4 + 3);
    png.data[pixel * 4 + 3] = 255;
  }
  return PNG.sync.write(png);
}

test('the built command line predicts with the shipped model on WebAssembly', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qcs-built-'));
  try {
    writeFileSync(join(folder, 'face.png'), facePng(0));

    const manifest = join(libraryFolder, 'models/qcs-mobile/manifest.json');
    const { code, stdout, stderr } = await run(folder, 'predict', '--model', manifest, 'face.png', '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('WebAssembly')]);
    const [{ probabilities }] = JSON.parse(stdout) as { probabilities: Record<string, number> }[];
    const { classes } = JSON.parse(readFileSync(manifest, 'utf8')) as { classes: string[] };
    expect(Object.keys(probabilities)).toEqual(classes);
    expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    expect(readFileSync(join(libraryFolder, 'cli.js'), 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the built library for Node finds a face and reads it, and reads many pictures in threads', async () => {
  const script = `
    import { createRecognizer, CaptureError } from ${JSON.stringify(pathToFileURL(join(libraryFolder, 'node.js')).href)};
    const recognizer = await createRecognizer({ threads: 2 });
    const { faces } = await recognizer.recognize(${JSON.stringify(join(media, 'audrey.jpg'))});
    const small = ${JSON.stringify(join(media, 'queen20_crop.jpg'))};
    const all = [];
    for await (const { observation, error } of recognizer.recognizeAll([small, 'none.jpg', small])) all.push(observation?.faces ?? error.code);
    const refused = await recognizer.recognize('none.jpg').catch((error) => error instanceof CaptureError);
    await recognizer.dispose();
    console.log(JSON.stringify({ faces, refused, all }));
  `;
  const folder = mkdtempSync(join(tmpdir(), 'qcs-node-'));
  try {
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], { cwd: folder }, (error, out, complaint) => {
        if (error === null) resolve(out);
        else reject(new Error(complaint));
      });
    });
    const { faces, refused, all } = JSON.parse(stdout) as {
      readonly faces: readonly { readonly confidence: number }[];
      readonly refused: boolean;
      readonly all: readonly unknown[];
    };
    expect(faces).toHaveLength(1);
    expect(faces[0].confidence).toBeGreaterThan(0.2);
    expect(refused).toBe(true);
    expect(all).toEqual([[expect.anything()], 'not-an-image', all[0]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the built command line measures the same on one thread and on three', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qcs-threads-'));
  try {
    for (const [index, label] of ['neutral', 'happiness', 'neutral', 'anger', 'happiness'].entries()) {
      mkdirSync(join(folder, 'faces', label), { recursive: true });
      writeFileSync(join(folder, 'faces', label, `${index}.png`), facePng(index % 2));
    }
    const manifest = join(libraryFolder, 'models/qcs-mobile/manifest.json');
    const measure = async (threads: string) => {
      const data = join(folder, 'faces');
      const { code, stdout, stderr } = await run(
        folder,
        'evaluate',
        '--model',
        manifest,
        '--data',
        data,
        '--threads',
        threads,
        '--json',
      );
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      const { msPerImage, ...report } = JSON.parse(stdout) as { msPerImage: number };
      expect(msPerImage).toBeGreaterThan(0);
      return { report, stderr };
    };
    const [one, three] = [await measure('1'), await measure('3')];
    expect(one.report).toEqual(three.report);
    expect(one.stderr).not.toMatch(/threads/);
    expect(three.stderr).toMatch(/3 threads/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
