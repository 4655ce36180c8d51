/** Files and folders that are dropped on an element. */
import { html, LitElement, type TemplateResult } from 'lit';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DropController } from '../../../src/components/ui/drop.js';
import { filesOfDrop } from '../../../src/components/ui/files.js';

class DropTarget extends LitElement {
  wanted = true;
  readonly taken: string[] = [];
  private readonly drop = new DropController(this, {
    hint: 'Drop it',
    wanted: () => this.wanted,
    take: ({ files }) => this.taken.push(...[...files].map(({ name }) => name)),
  });

  protected override render(): TemplateResult {
    return html`<p>One</p>
      <p>Two</p>
      ${this.drop.render()}`;
  }
}

beforeAll(() => customElements.define('test-drop-target', DropTarget));
afterEach(() => document.body.replaceChildren());

describe('an element that takes drops', () => {
  let target: DropTarget;
  let parts: readonly Element[];

  beforeEach(async () => {
    target = new DropTarget();
    document.body.append(target);
    await target.updateComplete;
    parts = [...target.renderRoot.querySelectorAll('p')];
  });

  function photo(): DataTransfer {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'a.png'));
    return transfer;
  }

  /** Fires an event as the browser would; true when the element took it for its own. */
  function fire(type: string, on: Element, dataTransfer = photo()): boolean {
    return !on.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
  }

  async function hint(): Promise<string | undefined> {
    await target.updateComplete;
    return target.renderRoot.querySelector('[part=drop]')?.textContent;
  }

  test('says so while files are held over it, from part to part, until they leave its edge', async () => {
    expect(await hint()).toBeUndefined();
    expect(fire('dragenter', parts[0])).toBe(true);
    expect(await hint()).toBe('Drop it');
    fire('dragenter', parts[1]);
    fire('dragleave', parts[0]);
    expect(await hint()).toBe('Drop it');
    expect(fire('dragover', parts[1])).toBe(true);
    fire('dragleave', parts[1]);
    expect(await hint()).toBeUndefined();
  });

  test('takes what is dropped, and the hint goes', async () => {
    fire('dragenter', parts[0]);
    expect(fire('drop', parts[0])).toBe(true);
    expect(target.taken).toEqual(['a.png']);
    expect(await hint()).toBeUndefined();
  });

  test('leaves alone what is no file, what it does not want, and everything once it has left the page', async () => {
    const text = new DataTransfer();
    text.setData('text/plain', 'words');
    expect(fire('dragenter', parts[0], text)).toBe(false);
    expect(await hint()).toBeUndefined();
    target.wanted = false;
    expect([fire('dragover', parts[0]), fire('drop', parts[0])]).toEqual([false, false]);
    target.wanted = true;
    fire('dragenter', parts[0]);
    target.remove();
    expect(fire('drop', parts[0])).toBe(false);
    expect(target.taken).toEqual([]);
    document.body.append(target);
    expect(await hint()).toBeUndefined();
  });
});

describe('the files of a drop', () => {
  const file = (path: string, read: (done: (file: File) => void, fail: (error: Error) => void) => void) => ({
    isFile: true,
    isDirectory: false,
    fullPath: path,
    file: read,
  });
  const readable = (path: string) => file(path, (done) => done(new File(['x'], path)));

  /** Hands out its entries two at a time, as a browser hands out some hundred. */
  const folder = (entries: readonly unknown[]) => ({
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let at = 0;
      return { readEntries: (done: (batch: readonly unknown[]) => void) => done(entries.slice(at, (at += 2))) };
    },
  });

  /** No script can make a drop with folders in it. */
  const dropOf = (...entries: readonly unknown[]) =>
    ({
      items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })),
      files: [],
    }) as unknown as DataTransfer;

  test('have their paths, through all folders; one that cannot be opened is an empty one', async () => {
    const broken = file('/set/happy/broken.png', (_, fail) => fail(new DOMException('gone', 'NotFoundError')));
    const happy = folder([readable('/set/happy/1.png'), broken, readable('/set/happy/2.png')]);
    const files = await filesOfDrop(dropOf(folder([readable('/set/labels.csv'), happy]), readable('/loose.png')));
    expect(files.map(({ path, blob }) => [path, blob.size])).toEqual([
      ['set/labels.csv', 1],
      ['set/happy/1.png', 1],
      ['set/happy/broken.png', 0],
      ['set/happy/2.png', 1],
      ['loose.png', 1],
    ]);
  });

  test('are refused with advice when a folder cannot be read', async () => {
    const readEntries = (_: unknown, fail: (error: Error) => void) => fail(new DOMException('no', 'NotReadableError'));
    const closed = { isFile: false, isDirectory: true, createReader: () => ({ readEntries }) };
    await expect(filesOfDrop(dropOf(closed))).rejects.toMatchObject({ code: 'source-unreachable' });
  });
});
