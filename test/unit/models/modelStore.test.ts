import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import type { FileStorage } from '../../../src/storage/storage.js';
import { ModelError, QcsError, RuntimeError } from '../../../src/errors.js';
import { convertAndStore, importModel, surveyTensorFile } from '../../../src/models/conversion.js';
import { zipFiles } from '../../../src/models/download.js';
import { ModelStore } from '../../../src/models/modelStore.js';
import { workingPage } from '../../../src/models/workingPage.js';
import { readZip } from '../../../src/storage/zip.js';
import { sortOfferedFiles } from '../../../src/models/offeredFiles.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { storedModelId, storedModelUrl } from '../../../src/weights/storedModels.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { tinyModel, withMuscles } from '../weights/fixtures.js';

const model = await tinyModel();
const CHECKPOINT = new Blob([readFileSync(new URL('../../fixtures/golden/qcs-tiny-8.pth', import.meta.url))]);
const blobs = () => new Map([...model.files].map(([name, bytes]) => [name, new Blob([bytes])]));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof QcsError) return error.code;
  throw error;
}

describe('ModelStore', () => {
  it('keeps models under addresses of their own, lists them and gives their files back', async () => {
    const store = new ModelStore(new MemoryStorage());
    const first = await store.add(model.files);
    const second = await store.add(model.files);
    expect([first.id, second.id]).toEqual(['tiny', 'tiny-2']);
    expect([first.url, storedModelId(new URL(second.url))]).toEqual([storedModelUrl('tiny'), 'tiny-2']);
    expect((await store.list()).map(({ id }) => id)).toEqual(['tiny', 'tiny-2']);
    expect(first.bytes).toBe([...model.files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0));
    expect(await store.files('tiny')).toEqual(new Map(model.files));
    await store.remove('tiny');
    expect((await store.list()).map(({ id }) => id)).toEqual(['tiny-2']);
    expect(await store.files('tiny')).toBeNull();
  });

  it('gives a model another name and copies it, and no address means anything else than before', async () => {
    const storage = new MemoryStorage();
    const store = new ModelStore(storage);
    const card = new TextEncoder().encode('# tiny');
    await store.add(new Map([...model.files, ['MODEL_CARD.md', card]]));
    await store.rename('tiny', 'office light');
    const copy = await store.duplicate('tiny', 'office light, copy');
    expect((await store.list()).map(({ id, name, url }) => [id, name, url])).toEqual([
      ['tiny', 'office light', 'opfs:tiny'],
      ['tiny-2', 'office light, copy', 'opfs:tiny-2'],
    ]);
    expect(await store.files(copy.id)).toEqual(await store.files('tiny'));
    expect((await store.files('tiny'))!.get('MODEL_CARD.md')).toEqual(card);
    await storage.write('tiny/name.json', Uint8Array.of(123));
    expect((await store.get('tiny'))!.name).toBe('tiny');
    expect(await codeOf(store.rename('gone', 'x'))).toBe('model-missing');
    expect(await codeOf(store.duplicate('gone', 'x'))).toBe('model-missing');
  });

  it('keeps nothing unsound', async () => {
    const store = new ModelStore(new MemoryStorage());
    const damaged = new Map(model.files);
    damaged.set(
      'training.safetensors',
      damaged.get('training.safetensors')!.map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte)),
    );
    expect(await codeOf(store.add(damaged))).toBe('model-hash');
    damaged.delete('training.safetensors');
    expect(await codeOf(store.add(damaged))).toBe('model-missing');
    damaged.delete('manifest.json');
    expect(await codeOf(store.add(damaged))).toBe('model-missing');
    expect(await store.list()).toEqual([]);
  });

  it('leaves nothing behind when the storage is full', async () => {
    const storage = new MemoryStorage();
    const full: FileStorage = {
      read: (path) => storage.read(path),
      readRange: (path, offset, length) => storage.readRange(path, offset, length),
      write: async (path, bytes) => {
        if (path.endsWith('training.safetensors')) throw new RuntimeError('storage-full', 'The storage is full.');
        await storage.write(path, bytes);
      },
      remove: (path) => storage.remove(path),
      list: (folder) => storage.list(folder),
    };
    expect(await codeOf(new ModelStore(full).add(model.files))).toBe('storage-full');
    expect(await storage.list('')).toEqual([]);
  });

  it('does not count what a broken write left', async () => {
    const storage = new MemoryStorage();
    await storage.write('half/weights.safetensors', Uint8Array.of(1));
    await storage.write('broken/manifest.json', Uint8Array.of(1));
    expect(await new ModelStore(storage).list()).toEqual([]);
  });
});

describe('conversion', () => {
  it('says what a checkpoint is and what has to be asked', async () => {
    const survey = await surveyTensorFile('qcs-tiny-8.pth', CHECKPOINT);
    expect(survey).toMatchObject({ outputs: 8, orders: ['ferplus', 'affectnet8'], bytes: CHECKPOINT.size });
    expect(survey.architecture).toContain('QCS on IR-50');
    expect(survey.presets).toContain('qcs-affectnet7');
    expect(survey.presets.some((name) => name.startsWith('dcs'))).toBe(false);
  });

  it('converts, keeps and reports', async () => {
    const store = new ModelStore(new MemoryStorage());
    const shares: number[] = [];
    const { model: stored, dropped } = await convertAndStore(
      { name: 'qcs-tiny-8.pth', blob: CHECKPOINT, id: 'mine', answers: { classes: 'ferplus' } },
      store,
      (share) => shares.push(share),
      new AbortController().signal,
    );
    expect(stored.manifest.classes).toHaveLength(8);
    expect(dropped).toContain('VIT_base.eca_block.conv.weight');
    expect(shares.at(-1)).toBe(1);
    const files = (await store.files('mine'))!;
    const { arrays } = await loadModelFromFiles(files.get('manifest.json')!, (path) => files.get(path));
    expect(arrays.get('VIT_base.cls_token')!.shape).toEqual([1, 1, 32]);
  });

  it('keeps nothing of a cancelled conversion', async () => {
    const store = new ModelStore(new MemoryStorage());
    const controller = new AbortController();
    const request = { name: 'a.pth', blob: CHECKPOINT, id: 'mine', answers: { classes: 'ferplus' } } as const;
    const promise = convertAndStore(request, store, () => controller.abort(new Error('enough')), controller.signal);
    await expect(promise).rejects.toThrow('enough');
    expect(await store.list()).toEqual([]);
  });

  it('imports a manifest with its weights, and the zip that a download makes of them', async () => {
    const store = new ModelStore(new MemoryStorage());
    expect((await importModel({ kind: 'model', files: blobs() }, store)).manifest).toEqual(model.manifest);
    const blob = zipFiles('tiny', new Map(model.files));
    const offered = await sortOfferedFiles([{ path: 'tiny.zip', blob }]);
    expect(offered.kind === 'archive' && (await importModel(offered, store)).manifest).toEqual(model.manifest);
  });
});

describe('a working page', () => {
  it('has the page, the card and what recognising needs, and comes in again as the same model', async () => {
    const files = new Map([...model.files, ['MODEL_CARD.md', new TextEncoder().encode('# tiny')]]);
    const blob = workingPage('tiny-page', 'Faces <of> ours', files);
    const paths = (await readZip(new Uint8Array(await blob.arrayBuffer()))).map(({ path }) => path);
    expect(paths).toEqual([
      'tiny-page/index.html',
      'tiny-page/page.css',
      'tiny-page/README.md',
      'tiny-page/model/manifest.json',
      'tiny-page/model/weights.safetensors',
      'tiny-page/model/MODEL_CARD.md',
    ]);
    const html = (await readZip(new Uint8Array(await blob.arrayBuffer())))[0];
    expect(new TextDecoder().decode(await html.bytes())).toContain('<title>Faces &lt;of&gt; ours</title>');
    const offered = await sortOfferedFiles([{ path: 'tiny-page.zip', blob }]);
    const store = new ModelStore(new MemoryStorage());
    const again = offered.kind === 'archive' ? await importModel(offered, store) : null;
    expect(again?.manifest).toEqual({ ...model.manifest, files: model.manifest.files.slice(0, 1) });
    files.delete('weights.safetensors');
    expect(() => workingPage('p', 'p', files)).toThrow(ModelError);
  });

  it('has the head of muscles of a model that reads them', async () => {
    const files = new Map([...model.files, ['muscles.safetensors', Uint8Array.of(1)]]);
    files.set('manifest.json', formatManifest(withMuscles(model.manifest)));
    const zip = await readZip(new Uint8Array(await workingPage('p', 'p', files).arrayBuffer()));
    expect(zip.map(({ path }) => path)).toContain('p/model/muscles.safetensors');
  });
});

describe('sortOfferedFiles', () => {
  const offered = (...paths: string[]) =>
    paths.map((path) => ({ path, blob: blobs().get(path.slice(path.lastIndexOf('/') + 1)) ?? new Blob(['x']) }));

  it('takes a manifest with its weights out of a folder, and a single file of tensors', async () => {
    const folder = offered('m/manifest.json', 'm/weights.safetensors', 'm/training.safetensors', 'm/MODEL_CARD.md');
    const sorted = await sortOfferedFiles(folder);
    expect(sorted.kind === 'model' && [...sorted.files.keys()]).toEqual([
      'manifest.json',
      'weights.safetensors',
      'training.safetensors',
    ]);
    expect(await sortOfferedFiles(offered('notes.txt', 'best.pth'))).toMatchObject({
      kind: 'tensors',
      name: 'best.pth',
    });
    expect(await sortOfferedFiles(offered('unnamed'))).toMatchObject({ kind: 'tensors', name: 'unnamed' });
  });

  it('says what is missing or too much', async () => {
    const fails = async (...paths: string[]) => codeOf(sortOfferedFiles(offered(...paths)));
    expect(await fails('manifest.json', 'weights.safetensors')).toBe('model-missing');
    expect(await fails('a.safetensors', 'b.safetensors')).toBe('model-format');
    expect(await fails('a.txt', 'b.txt')).toBe('model-format');
    await expect(sortOfferedFiles([])).rejects.toThrow(ModelError);
  });
});
