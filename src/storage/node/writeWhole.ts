/** Files on disk that are whole or not there. Never imported by code that runs in a page. */
import { rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RuntimeError } from '../../errors.js';

/** What stands behind a file's name while it is written. */
export const UNFINISHED = '.new';

/** Files that are being written, for {@link removeUnfinished}. */
const underWay = new Set<string>();

/** Removes what is half written, at once: the process is about to end. */
export function removeUnfinished(): void {
  for (const path of underWay) rmSync(path, { force: true });
}

export interface WholeFile {
  readonly path: string;
  readonly parts: readonly (Uint8Array | string)[];
}

/**
 * Puts a new file in place of the old one: written aside, flushed to the disk, renamed. Whatever happens, the old file or the new one is
 * there, and nothing half written stays. Folders come into being.
 * @throws RuntimeError `storage-full`, `storage-refused`
 */
export async function writeWhole(path: string, parts: WholeFile['parts']): Promise<void> {
  await writeTogether([{ path, parts }]);
}

/**
 * The same for files that belong together: all are written aside before the first is renamed, so that a full disk changes none of them. They are
 * renamed one right after the other, in the order given.
 * @throws RuntimeError `storage-full`, `storage-refused`
 */
export async function writeTogether(files: readonly WholeFile[]): Promise<void> {
  for (const { path } of files) underWay.add(aside(path));
  let writing = '';
  try {
    for (const { path, parts } of files) {
      writing = path;
      await writeAside(path, parts);
    }
    for (const { path } of files) {
      writing = path;
      await rename(aside(path), path);
    }
  } catch (cause) {
    await Promise.all(files.map(({ path }) => rm(aside(path), { force: true }).catch(() => undefined)));
    throw writeError(writing, cause);
  } finally {
    for (const { path } of files) underWay.delete(aside(path));
  }
}

function aside(path: string): string {
  return `${path}${UNFINISHED}`;
}

async function writeAside(path: string, parts: WholeFile['parts']): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(aside(path), 'w');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Why something could not be written, in words. */
export function writeError(path: string, cause: unknown): RuntimeError {
  switch (errorCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new RuntimeError('storage-full', `The disk is full: ${path} was not written. Free some space.`, { cause });
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
      return new RuntimeError(
        'storage-refused',
        `${path} could not be written: a folder or a file is in its place. Choose another name.`,
        { cause },
      );
    case 'EROFS':
      return new RuntimeError('storage-refused', `${path} could not be written: the disk is read-only.`, { cause });
    default:
      return new RuntimeError('storage-refused', `${path} could not be written. Check the folder's permissions.`, {
        cause,
      });
  }
}

/** Node's name of a system error; empty for any other value. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
