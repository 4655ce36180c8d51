/** How commands end: by signals, with which codes, and what they leave behind. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import * as codes from '../../../cli/exitCodes.js';
import { printable } from '../../../cli/output.js';
import { readDataFolder } from '../../../cli/dataFolder.js';
import { encode, picture } from '../dataset/png.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHECKPOINT = 'test/fixtures/golden/qcs-tiny-8.pth';
const SHIPPED = 'public/models/qcs-mobile/manifest.json';

interface Ending {
  /** 128 and the signal's number where the signal ended it before it listened, as a shell says. */
  readonly code: number;
  readonly stderr: string;
}

/** @param interrupt milliseconds after which the command gets a signal */
function run(args: readonly string[], signal?: 'SIGINT' | 'SIGTERM', interrupt = 0): Promise<Ending> {
  const child = spawn(process.execPath, [...COMMAND_LINE, ...args], { cwd: ROOT });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.resume();
  const timer = signal === undefined ? undefined : setTimeout(() => child.kill(signal), interrupt);
  return new Promise((resolve) => {
    child.on('exit', (code, by) => {
      clearTimeout(timer);
      resolve({ code: code ?? codes.codeOfSignal(by as 'SIGINT'), stderr });
    });
  });
}

let folder: string;
let data: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-endings-'));
  data = join(folder, 'faces');
  for (const [at, label] of ['happiness', 'fear'].entries()) {
    mkdirSync(join(data, label), { recursive: true });
    for (let index = 0; index < 12; index++)
      writeFileSync(join(data, label, `${index}.png`), encode(picture(at * 20 + index)));
  }
  writeFileSync(
    join(folder, 'train.json'),
    JSON.stringify({ classes: ['happiness', 'fear'], family: 'qcs', epochOf: 'anchors', epochs: 50, batchSize: 2 }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every command, with something to do for a while; what it writes lies in `out`. */
function commands(out: string): readonly (readonly string[])[] {
  const images = Array.from({ length: 60 }, (_, index) =>
    join(data, index % 2 === 0 ? 'fear' : 'happiness', `${index % 12}.png`),
  );
  return [
    ['convert', CHECKPOINT, '--out', join(out, 'model'), '--classes', 'ferplus'],
    ['copy-assets', join(out, 'assets')],
    ['evaluate', '--data', data, '--details'],
    ['export', '--model', SHIPPED, '--out', join(out, 'back.pth')],
    ['inspect', SHIPPED],
    ['predict', '--model', SHIPPED, ...images],
    ['train', '--data', data, '--config', join(folder, 'train.json'), '--out', join(out, 'trained')],
  ];
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' });
}

describe('a command that gets a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with the code of %s, whichever command it is and whenever it comes, and leaves nothing half written',
    async (signal) => {
      const seen = new Set<number>();
      for (const delay of [500, 1500, 3000]) {
        const out = mkdtempSync(join(folder, 'out-'));
        const endings = await Promise.all(commands(out).map((args) => run(args, signal, delay)));
        endings.forEach(({ code, stderr }, index) => {
          expect([commands(out)[index][0], [0, codes.codeOfSignal(signal)].includes(code), stderr]).toEqual([
            commands(out)[index][0],
            true,
            expect.not.stringMatching(/ {4}at .*\n/) as string,
          ]);
          seen.add(code);
        });
        expect(filesBelow(out).filter((path) => path.endsWith('.new'))).toEqual([]);
      }
      expect(seen).toContain(codes.codeOfSignal(signal));
    },
    240_000,
  );

  it('leaves the file that was there before, or the new one', async () => {
    const out = join(folder, 'kept.pth');
    expect((await run(['export', '--model', SHIPPED, '--out', out])).code).toBe(codes.DONE);
    const whole = readFileSync(out);
    await Promise.all(
      [200, 400, 700, 1100, 1900].map((delay) => run(['export', '--model', SHIPPED, '--out', out], 'SIGTERM', delay)),
    );
    expect(readFileSync(out).equals(whole)).toBe(true);
  }, 120_000);
});

describe('what is said', () => {
  it('names every exit code in the guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/models.md'), 'utf8');
    const listed = [...guide.matchAll(/^\| (\d+) \| .+ \|$/gm)].map(([, code]) => Number(code));
    const signals = (['SIGINT', 'SIGPIPE', 'SIGTERM'] as const).map(codes.codeOfSignal);
    expect(listed).toEqual([codes.DONE, codes.FAILED, codes.MISUSED, ...signals]);
  });

  it('gives a terminal no command that stands in a name, and JSON the same text', () => {
    const name = 'a\u001b[2Jb\u202ec\u0007\u009b\r\n\td';
    expect(printable(name)).toBe(String.raw`a\u001b[2Jb\u202ec\u0007\u009b\u000d` + '\n\td');
    const json = JSON.stringify({ name });
    expect(JSON.parse(printable(json))).toEqual({ name });
    expect(printable(json)).toMatch(/^[\x20-\x7e]*$/);
  });

  it('prints a file’s name as text, also in an error', async () => {
    const { code, stderr } = await run(['inspect', join(folder, 'a\u001b[31mb.pth')]);
    expect([code, stderr]).toEqual([codes.FAILED, expect.stringContaining(String.raw`a\u001b[31mb.pth`)]);
  }, 60_000);
});

describe('a file whose name is no UTF-8', () => {
  it('is named when it is wanted, and in nobody’s way before', async () => {
    const place = join(folder, 'odd');
    mkdirSync(join(place, 'fear'), { recursive: true });
    writeFileSync(
      Buffer.concat([Buffer.from(join(place, 'fear') + '/'), Buffer.from([0xe9, 0x2e, 0x70, 0x6e, 0x67])]),
      'x',
    );
    const [file] = await readDataFolder(place);
    await expect(file.bytes()).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringMatching(/not in UTF-8/) as string,
    });
  });
});
