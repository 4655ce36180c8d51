import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { loadModel, loadModelFromFiles, type WantedPart } from '../../../src/weights/loadModel.js';
import { MAXIMUM_EARLY_BYTES } from '../../../src/base/limits.js';
import { sha256 } from '../../../src/base/sha256.js';
import { EarlyFiles, fetchEarly } from '../../../src/weights/earlyFiles.js';
import { fetchBytes } from '../../../src/weights/fetchBytes.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { BEYOND_BOUNDS, changedManifest, tinyModel, withMuscles } from './fixtures.js';

const model = await tinyModel();
const weights = model.files.get('weights.safetensors')!;
const training = model.files.get('training.safetensors')!;

let server: Server;
let base: URL;
/** What the server sends, by path; a function answers by itself. */
let served: Map<string, Uint8Array | ((response: ServerResponse) => void)>;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const content = served.get(request.url ?? '');
    if (content === undefined) response.writeHead(404).end('not here');
    else if (typeof content === 'function') content(response);
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/tiny/`);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  served = new Map([...model.files].map(([name, bytes]) => [`/models/tiny/${name}`, bytes]));
});

const manifestUrl = () => new URL('manifest.json', base);

/** Files on their way to who takes them. */
function fetchedEarly(...paths: readonly string[]): EarlyFiles {
  const urls = paths.map((path) => new URL(path, base));
  const files = new EarlyFiles(urls);
  const wanted = urls.map((url) => ({ url, mostBytes: MAXIMUM_EARLY_BYTES }));
  fetchEarly(wanted, undefined, (url, news) => files.hear(url, news));
  return files;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof ModelError) return error.code;
  throw error;
}

describe('loadModel', () => {
  it('works with no number of a manifest that is beyond its bounds, and asks for no weights then', async () => {
    let asked = 0;
    served.set('/models/tiny/weights.safetensors', (response) => {
      asked++;
      response.end(weights);
    });
    for (const [path, value] of BEYOND_BOUNDS) {
      served.set(
        '/models/tiny/manifest.json',
        Buffer.from(JSON.stringify(changedManifest(model.manifest, path, value))),
      );
      // A list of a million is too long for a manifest's file before it is for its field.
      expect([path, await codeOf(loadModel(manifestUrl()))]).toEqual([
        path,
        expect.stringMatching(/^model-(format|architecture)$/),
      ]);
    }
    expect(asked).toBe(0);
  });

  it('takes weights that are on their way, and does not wait for the manifest to ask for them', async () => {
    // The manifest waits until somebody has asked for the weights.
    const asked = new Promise<void>((resolve) => {
      served.set('/models/tiny/weights.safetensors', (response) => {
        resolve();
        response.end(weights);
      });
    });
    served.set('/models/tiny/manifest.json', (response) => {
      void asked.then(() => response.end(model.files.get('manifest.json')));
    });
    const seen: [number, number][] = [];
    const { arrays } = await loadModel(manifestUrl(), {
      early: fetchedEarly('weights.safetensors'),
      onProgress: (bytes, total) => seen.push([bytes, total]),
    });
    expect([...arrays.get('a')!.data]).toEqual([1, 2]);
    expect(seen.at(-1)).toEqual([weights.byteLength, weights.byteLength]);
  });

  it('believes weights that came before their manifest no more than others', async () => {
    const [forged, cut, longer] = [weights.slice(), weights.slice(0, -4), new Uint8Array([...weights, 0])];
    forged[forged.length - 1] ^= 1;
    for (const [content, code] of [
      [forged, 'model-hash'],
      [cut, 'model-truncated'],
      [longer, 'model-hash'],
    ] as const) {
      served.set('/models/tiny/weights.safetensors', content);
      expect(await codeOf(loadModel(manifestUrl(), { early: fetchedEarly('weights.safetensors') }))).toBe(code);
    }
    served.set('/models/tiny/weights.safetensors', (response) => {
      // Whatever its manifest says, it does not end.
      const more = setInterval(() => response.write(new Uint8Array(MAXIMUM_EARLY_BYTES / 4)), 1);
      response.on('close', () => clearInterval(more));
    });
    const endless = fetchedEarly('weights.safetensors');
    expect(await codeOf(loadModel(manifestUrl(), { early: endless }))).toBe('model-format');
  });

  it('does without an early file that its manifest does not name', async () => {
    const early = fetchedEarly('nowhere.safetensors');
    expect([...(await loadModel(manifestUrl(), { early })).arrays.keys()]).toEqual(['a']);
  });

  it('loads the base part alone by default, and both on demand, with progress in bytes', async () => {
    const seen: [number, number][] = [];
    const loaded = await loadModel(manifestUrl(), { onProgress: (bytes, total) => seen.push([bytes, total]) });
    expect([...loaded.arrays.keys()]).toEqual(['a']);
    expect([...loaded.arrays.get('a')!.data]).toEqual([1, 2]);
    expect(seen[0]).toEqual([0, weights.byteLength]);
    expect(seen.at(-1)).toEqual([weights.byteLength, weights.byteLength]);

    const both = await loadModel(manifestUrl().href, {
      parts: ['base', 'training'],
      onProgress: (bytes, total) => seen.push([bytes, total]),
    });
    expect([...both.arrays.keys()]).toEqual(['a', 'b']);
    expect(seen.at(-1)).toEqual([weights.byteLength + training.byteLength, weights.byteLength + training.byteLength]);
    expect(seen.every(([bytes], i) => i === 0 || seen[i - 1][0] <= bytes || bytes === 0)).toBe(true);
  });

  it('takes files from other addresses when told so', async () => {
    served.set('/elsewhere/w-9f.bin', weights);
    served.delete('/models/tiny/weights.safetensors');
    const { arrays } = await loadModel(manifestUrl(), {
      files: { 'weights.safetensors': new URL('/elsewhere/w-9f.bin', base) },
    });
    expect(arrays.has('a')).toBe(true);
  });

  it('follows a server that sends on to another place, and gives up one that sends on for ever', async () => {
    const path = '/models/tiny/weights.safetensors';
    served.set('/elsewhere', served.get(path)!);
    served.set(path, (response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect([...(await loadModel(manifestUrl())).arrays.keys()]).toEqual(['a']);
    served.set('/elsewhere', (response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-missing');
  });

  it('reads a sound file whatever type the server calls it', async () => {
    for (const type of ['text/plain', 'image/png', 'application/x-unknown', '']) {
      for (const [name, bytes] of model.files) {
        served.set(`/models/tiny/${name}`, (response) => response.writeHead(200, { 'content-type': type }).end(bytes));
      }
      expect([...(await loadModel(manifestUrl())).arrays.keys()]).toEqual(['a']);
    }
  });

  it('takes no part for the whole, where a server answers with a range that nobody asked for', async () => {
    for (const [name, code] of [
      ['weights.safetensors', 'model-truncated'],
      ['manifest.json', 'model-format'],
    ]) {
      const path = `/models/tiny/${name}`;
      const whole = model.files.get(name)!;
      const range = { 'content-range': `bytes 0-9/${whole.length}` };
      served.set(path, (response) => response.writeHead(206, range).end(whole.subarray(0, 10)));
      expect([name, await codeOf(loadModel(manifestUrl()))]).toEqual([name, code]);
      served.set(path, whole);
    }
  });

  it('calls a missing file missing, and an index page sent in its place too', async () => {
    const page = '<!doctype html><title>app</title>';
    const asHtml = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    const asBytes = (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(page);
    for (const name of ['manifest.json', 'weights.safetensors']) {
      const path = `/models/tiny/${name}`;
      const sound = served.get(path)!;
      served.delete(path);
      expect(await codeOf(loadModel(manifestUrl()))).toBe('model-missing');
      for (const answer of [asHtml, asBytes]) {
        served.set(path, answer);
        expect(await codeOf(loadModel(manifestUrl()))).toBe('model-missing');
      }
      served.set(path, sound);
    }
    expect(await codeOf(loadModel('http://127.0.0.1:1/manifest.json'))).toBe('model-missing');
  });

  it('calls a short file and a broken connection truncated', async () => {
    served.set('/models/tiny/weights.safetensors', weights.subarray(0, -3));
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-truncated');
    served.set('/models/tiny/weights.safetensors', (response) => {
      response.writeHead(200, { 'content-length': weights.byteLength });
      response.write(weights.subarray(0, 20), () => response.destroy());
    });
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-truncated');
  });

  it('uses nothing whose hash or length differs', async () => {
    const flipped = weights.slice();
    flipped[flipped.length - 1] ^= 1;
    served.set('/models/tiny/weights.safetensors', flipped);
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-hash');
    served.set('/models/tiny/weights.safetensors', Uint8Array.of(...weights, 0));
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-hash');
  });

  it('says when a model has no training part', async () => {
    const lean = { ...model.manifest, files: model.manifest.files.slice(0, 1) };
    served.set('/models/tiny/manifest.json', formatManifest(lean));
    expect(await codeOf(loadModel(manifestUrl(), { parts: ['base', 'training'] }))).toBe('model-missing');
  });

  it('stops with the signal’s reason', async () => {
    const controller = new AbortController();
    served.set('/models/tiny/weights.safetensors', (response) => {
      response.writeHead(200, { 'content-length': weights.byteLength });
      response.write(weights.subarray(0, 20), () => controller.abort(new Error('enough')));
    });
    await expect(loadModel(manifestUrl(), { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('fetchBytes', () => {
  const slow = { idleMilliseconds: 100 };
  const at = (path: string) => new URL(path, base);

  it('stops reading where a file of unknown size has too much, and leaves the rest with the server', async () => {
    let sent = 0;
    let closed = (): void => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    served.set('/endless', (response) => {
      response.writeHead(200);
      response.on('close', closed);
      const send = () => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(new Uint8Array(65_536).fill(32), () => setTimeout(send));
      };
      send();
    });
    expect(await codeOf(fetchBytes(at('/endless'), { mostBytes: 200_000 }))).toBe('model-format');
    await ended;
    expect(sent).toBeLessThan(20_000_000);
  });

  it('refuses a manifest that does not end', async () => {
    served.set('/models/tiny/manifest.json', new Uint8Array(2 ** 20 + 1).fill(32));
    expect(await codeOf(loadModel(manifestUrl()))).toBe('model-format');
  });

  it('asks once more when a server falls silent, before the answer or in it', async () => {
    for (const begin of [() => undefined, (response: ServerResponse) => response.writeHead(200).write('half')]) {
      let requests = 0;
      served.set('/silent', (response) => {
        requests += 1;
        if (requests === 1) begin(response);
        else response.writeHead(200).end('whole');
      });
      expect(new TextDecoder().decode(await fetchBytes(at('/silent'), slow))).toBe('whole');
      expect(requests).toBe(2);
    }
  });

  it('gives up after the second silence, and names it', async () => {
    let requests = 0;
    served.set('/silent', (response) => {
      requests += 1;
      response.writeHead(200).write('half');
    });
    await expect(fetchBytes(at('/silent'), slow)).rejects.toMatchObject({
      code: 'model-truncated',
      message: expect.stringContaining('stopped sending') as string,
    });
    expect(requests).toBe(2);
  });

  it('waits for a slow server as long as something arrives', async () => {
    served.set('/slow', (response) => {
      response.writeHead(200);
      let pieces = 0;
      const send = () => {
        pieces += 1;
        if (pieces > 6) response.end();
        else response.write('x', () => setTimeout(send, 60));
      };
      send();
    });
    expect(await fetchBytes(at('/slow'), { idleMilliseconds: 250 })).toHaveLength(6);
  });
});

describe('values that are no numbers', () => {
  it.each([NaN, Infinity, -Infinity])('refuses a model with %f among its weights, right hash or not', async (value) => {
    const broken = writeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, value) }]]));
    const [file] = model.manifest.files;
    const files = [{ ...file, bytes: broken.byteLength, sha256: await sha256(broken) }];
    expect(await codeOf(loadModelFromFiles(formatManifest({ ...model.manifest, files }), () => broken))).toBe(
      'model-parameters',
    );
  });
});

describe('loadModelFromFiles', () => {
  const manifestBytes = model.files.get('manifest.json')!;

  it('loads files that are at hand', async () => {
    const { arrays } = await loadModelFromFiles(manifestBytes, (path) => model.files.get(path), ['base', 'training']);
    expect([...arrays.keys()]).toEqual(['a', 'b']);
  });

  it('loads the part that reads muscles where it is asked for, and says what to do where there is none', async () => {
    const bytes = writeSafetensors(new Map([['muscles.output.weight', { shape: [1], data: Float32Array.of(4) }]]));
    const manifest = formatManifest(
      withMuscles(model.manifest, { bytes: bytes.byteLength, sha256: await sha256(bytes) }),
    );
    const read = (path: string) => (path === 'muscles.safetensors' ? bytes : model.files.get(path));
    const namesOf = async (...parts: WantedPart[]) =>
      [...(await loadModelFromFiles(manifest, read, parts)).arrays.keys()].join(' ');
    expect([...(await loadModelFromFiles(manifest, read)).arrays.keys()]).toEqual(['a']);
    expect(await namesOf('recognising', 'muscles')).toBe('a muscles.output.weight');
    await expect(
      loadModelFromFiles(manifestBytes, (path) => model.files.get(path), ['recognising', 'muscles']),
    ).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('muscles') as string });
  });

  it('names missing, short and wrong files', async () => {
    const flipped = weights.slice();
    flipped[9] ^= 1;
    expect(await codeOf(loadModelFromFiles(manifestBytes, () => undefined))).toBe('model-missing');
    expect(await codeOf(loadModelFromFiles(manifestBytes, () => weights.slice(0, 30)))).toBe('model-truncated');
    expect(await codeOf(loadModelFromFiles(manifestBytes, () => flipped))).toBe('model-hash');
  });

  it('refuses a tensor that stands in two files', async () => {
    const file = model.manifest.files[0];
    const twice = { ...model.manifest, files: [file, { ...file, path: 'copy.safetensors' }] };
    expect(await codeOf(loadModelFromFiles(formatManifest(twice), () => weights))).toBe('model-format');
  });
});
