/** A worker of a browser whose private files have no writable streams: they are written beside the old file and renamed. */
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { QcsError } from '../../../src/errors.js';

const FOLDER = 'qcs-fer-streams-test';

/** Only workers have these handles, and the types here are those of pages. */
const { FileSystemSyncAccessHandle: SyncAccess } = globalThis as unknown as {
  readonly FileSystemSyncAccessHandle: { readonly prototype: { write: (bytes: Uint8Array) => number } };
};

async function attempt(): Promise<object> {
  Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable');
  const storage = await openOpfs(FOLDER);
  await storage.remove('a.bin');
  const content = async () => [...((await storage.read('a.bin')) ?? [])];
  await storage.write('a.bin', Uint8Array.of(1, 2, 3));
  const first = await content();
  await storage.write('a.bin', Uint8Array.of(4));
  const second = await content();
  SyncAccess.prototype.write = () => 1;
  const full = await storage.write('a.bin', Uint8Array.of(5, 6)).catch((error: unknown) => error);
  const names: string[] = [];
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER);
  for await (const name of folder.keys()) names.push(name);
  return { first, second, full: full instanceof QcsError ? full.code : full, after: await content(), files: names };
}

void attempt().then((told) => globalThis.postMessage(told, { transfer: [] }));
