/** How images come into the Train tab, and how thousands of them are shown. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../../../src/define-train.js';
import { chooseFiles, chooseFolder } from '../../../src/components/ui/files.js';
import { learnSizes } from '../../../src/components/ui/file-sizes.js';
import { Thumbnails } from '../../../src/components/ui/thumbnails.js';
import type { TrainCommand } from '../../../src/components/train/commands.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import type { DatasetView } from '../../../src/training/session/protocol.js';
import { picturePng } from '../train/pictures.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

/** Answers the next file dialog of an input. */
function answerInput(files: readonly File[]): Promise<HTMLInputElement> {
  return new Promise((resolve) => {
    vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
      const transfer = new DataTransfer();
      for (const file of files) transfer.items.add(file);
      this.files = transfer.files;
      this.dispatchEvent(new Event(files.length === 0 ? 'cancel' : 'change'));
      resolve(this);
    });
  });
}

describe('choosing files', () => {
  const FOLDER = 'qcs-fer-folder-test';
  beforeEach(async () => {
    const storage = await openOpfs(FOLDER);
    for (const name of await storage.list('')) await storage.remove(name);
    for (let index = 0; index < 40; index++) await storage.write(`happy/${index}.png`, Uint8Array.of(index));
    await storage.write('labels.csv', Uint8Array.of(7));
  });

  it('walks a picked folder with all folders in it', async () => {
    const root = await navigator.storage.getDirectory();
    vi.stubGlobal('showDirectoryPicker', async () => root.getDirectoryHandle(FOLDER));
    const files = await chooseFolder();
    const paths = Array.from({ length: 40 }, (_, index) => `${FOLDER}/happy/${index}.png`);
    expect(files.map(({ path }) => path).sort()).toEqual([...paths, `${FOLDER}/labels.csv`].sort());
    const seventh = files.find(({ path }) => path.endsWith('/7.png'))!;
    expect(new Uint8Array(await seventh.blob.arrayBuffer())).toEqual(Uint8Array.of(7));
  });

  it('keeps a file that cannot be opened, for the list of unreadable ones', async () => {
    const root = await navigator.storage.getDirectory();
    vi.stubGlobal('showDirectoryPicker', async () => root.getDirectoryHandle(FOLDER));
    vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockRejectedValue(new DOMException('gone', 'NotFoundError'));
    const files = await chooseFolder();
    expect(files).toHaveLength(41);
    expect(files[0].blob.size).toBe(0);
  });

  it('gives nothing when the dialog is closed, and asks by an input where there is no picker or none is allowed', async () => {
    vi.stubGlobal('showDirectoryPicker', async () => Promise.reject(new DOMException('closed', 'AbortError')));
    expect(await chooseFolder()).toEqual([]);
    const file = new File(['x'], 'a.png');
    for (const picker of [undefined, async () => Promise.reject(new DOMException('framed', 'SecurityError'))]) {
      vi.stubGlobal('showDirectoryPicker', picker);
      const asked = answerInput([file]);
      expect(await chooseFolder()).toMatchObject([{ path: 'a.png' }]);
      expect((await asked).webkitdirectory).toBe(true);
    }
    const asked = answerInput([]);
    expect(await chooseFiles('image/*')).toEqual([]);
    expect((await asked).multiple).toBe(true);
  });

  it('lets the page breathe while sizes are looked up', async () => {
    let breathed = 0;
    let read = 0;
    const slow = {
      get size() {
        const end = performance.now() + 15;
        while (performance.now() < end);
        return ++read;
      },
    };
    const channel = new MessageChannel();
    channel.port1.addEventListener('message', () => (breathed = read));
    channel.port1.start();
    channel.port2.postMessage(null);
    await learnSizes(Array.from({ length: 20 }, () => ({ blob: slow as unknown as Blob })));
    expect(read).toBe(20);
    expect(breathed).toBeGreaterThan(0);
    expect(breathed).toBeLessThan(20);
  });
});

describe('the first step of the Train tab', () => {
  const sample = (id: string, label: string): DatasetView['samples'][number] => ({
    id,
    label,
    split: null,
    group: null,
    source: `${id}.png`,
  });
  const view: DatasetView = {
    classes: ['calm', 'glad'],
    samples: [sample('s1', 'calm'), sample('s2', 'glad'), sample('s3', 'glad')],
    canUndo: true,
    stored: true,
  };

  async function shown(): Promise<{ root: HTMLElement | DocumentFragment; commands: TrainCommand[] }> {
    const collect = document.createElement('qcs-train-collect');
    const commands: TrainCommand[] = [];
    collect.addEventListener('qcs-train-command', ({ detail }) => commands.push(detail));
    collect.view = view;
    const blob = await picturePng(1, 'smile');
    collect.thumbnails = new Thumbnails(async () => blob);
    document.body.append(collect);
    await collect.updateComplete;
    return { root: collect.renderRoot, commands };
  }

  const button = (root: HTMLElement | DocumentFragment, text: string) =>
    [...root.querySelectorAll('button')].find(({ textContent }) => textContent?.trim().startsWith(text))!;

  it('counts the classes, and loose images join the chosen one', async () => {
    const { root, commands } = await shown();
    const classes = [...root.querySelectorAll('.classes button')];
    expect(classes.map(({ textContent }) => textContent?.replaceAll(/\s+/g, ' ').trim())).toEqual(['Calm1', 'Glad2']);
    button(root, 'Glad').click();
    void answerInput([new File(['x'], 'loose.png')]);
    button(root, 'Images').click();
    await expect.poll(() => commands.length).toBe(1);
    expect(commands[0]).toMatchObject({ name: 'import', label: 'glad', align: true, files: [{ path: 'loose.png' }] });
  });

  it('says so when a chosen folder cannot be read', async () => {
    const { root, commands } = await shown();
    const next = async () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    const gone = { name: 'gone', values: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
    vi.stubGlobal('showDirectoryPicker', async () => gone);
    button(root, 'Folder').click();
    await expect.poll(() => root.querySelector('[role="alert"]')?.textContent).toMatch(/could not be read/);
    expect(commands).toEqual([]);
  });

  it('moves, deletes and undoes what is selected in the gallery', async () => {
    const { root, commands } = await shown();
    button(root, 'Glad').click();
    const gallery = root.querySelector('qcs-sample-gallery')!;
    const items = () => [...gallery.renderRoot.querySelectorAll<HTMLElement>('button')];
    await expect.poll(() => items().map(({ title }) => title)).toEqual(['s2.png', 's3.png']);
    const select = async () => {
      items()[0].click();
      await expect.poll(() => root.querySelector('select')).not.toBeNull();
    };
    await select();
    const list = root.querySelector('select')!;
    list.value = 'calm';
    list.dispatchEvent(new Event('change'));
    await expect.poll(() => root.querySelector('select')).toBeNull();
    await select();
    button(root, 'Delete').click();
    button(root, 'Undo').click();
    expect(commands).toEqual([
      { name: 'edit', edit: { kind: 'relabel', ids: ['s2'], label: 'calm' } },
      { name: 'edit', edit: { kind: 'remove', ids: ['s2'] } },
      { name: 'edit', edit: { kind: 'undo' } },
    ]);
  });
});

describe('the gallery of thousands', () => {
  function gallery(read: (id: string) => Promise<Blob>): HTMLElementTagNameMap['qcs-sample-gallery'] {
    const made = document.createElement('qcs-sample-gallery');
    made.style.inlineSize = '600px';
    made.thumbnails = new Thumbnails(read);
    made.items = Array.from({ length: 3000 }, (_, index) => ({ id: `s${index}`, title: `${index}.png` }));
    document.body.append(made);
    return made;
  }

  it('keeps the pictures that stay on screen while it is scrolled', async () => {
    const blob = await picturePng(1, 'smile');
    const made = gallery(async () => blob);
    const picture = () => made.renderRoot.querySelector('[data-index="30"] img');
    await expect.poll(picture).not.toBeNull();
    const before = picture();
    made.scrollTop = 80;
    await expect.poll(() => made.renderRoot.querySelector('[data-index="79"] img')).not.toBeNull();
    expect(picture()).toBe(before);
  });

  it('never asks for pictures that were scrolled past', async () => {
    const asked: string[] = [];
    const made = gallery((id) => {
      asked.push(id);
      return new Promise(() => undefined);
    });
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    for (const part of [0.2, 0.4, 0.6, 0.8, 1]) {
      made.scrollTop = made.scrollHeight * part;
      await new Promise((resolve) => {
        requestAnimationFrame(resolve);
      });
    }
    await expect.poll(() => made.renderRoot.querySelector('[data-index="2999"]')).not.toBeNull();
    expect(asked.length).toBeLessThanOrEqual(32);
  });

  it('small pictures are part of their address, large ones are given back', async () => {
    const revoked = vi.spyOn(URL, 'revokeObjectURL');
    const thumbnails = new Thumbnails(async (id) => new Blob([new Uint8Array(id === 'small' ? 10 : 100_000)]));
    expect(thumbnails.known('small')).toBeNull();
    expect(await thumbnails.url('small')).toMatch(/^data:/);
    const large = await thumbnails.url('large');
    expect(large).toMatch(/^blob:/);
    expect(thumbnails.known('large')).toBe(large);
    thumbnails.dispose();
    await expect.poll(() => revoked.mock.calls.flat()).toContain(large);
  });
});
