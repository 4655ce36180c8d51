/** Recognising how somebody's labelled images are laid out: FERPlus, a CSV list, one folder a class, or loose images. */
import { TrainingError } from '../errors.js';
import { parseImageList, type ListedImage } from './csv.js';
import { argmaxLabel, FERPLUS_CLASSES, looksLikeFerplus, parseFerplus, softLabel } from './ferplus.js';
import { className, splitNamed, type SoftLabel, type Split } from './sample.js';

/** A file of a folder, a zip or a drop. */
export interface ImportFile {
  /** With `/` between folders. */
  readonly path: string;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An image with all that its surroundings say of it. Without a label it cannot be used, and `reason` says why it has none. */
export interface LabelledFile {
  readonly file: ImportFile;
  readonly label: string | null;
  readonly votes?: SoftLabel;
  readonly split: Split | null;
  readonly group: string | null;
  readonly reason?: string;
}

export type LayoutKind = 'ferplus' | 'list' | 'folders' | 'loose';

export interface Layout {
  readonly kind: LayoutKind;
  readonly images: readonly LabelledFile[];
  /** Files that a list names and that are not there. */
  readonly missing: readonly string[];
}

const IMAGE = /\.(png|jpe?g|webp|bmp|gif|avif)$/i;
const CSV = /\.csv$/i;
/** Beside an export's list: probabilities by class for every path. */
export const VOTES_FILE = 'votes.json';
/** What archives of macOS and Windows carry along. */
const JUNK = /(^|\/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(\/|$)/i;

/**
 * Labels each image of the files. `looseLabel` is given to images that lie in no class folder.
 * Throws a TrainingError `data-empty` where there is no image, `data-format` for a broken list.
 */
export async function readLayout(files: readonly ImportFile[], looseLabel: string | null = null): Promise<Layout> {
  const clean = files.filter(({ path }) => !JUNK.test(path));
  const images = clean.filter(({ path }) => IMAGE.test(path));
  for (const file of clean.filter(({ path }) => CSV.test(path))) {
    const text = new TextDecoder().decode(await file.bytes());
    if (looksLikeFerplus(text)) return ferplusLayout(images, text);
    if (images.length > 0 && /^\uFEFF?[^\n]*\bpath\b/i.test(text)) {
      const votes = clean.find(({ path }) => path === `${folderOf(file.path)}${VOTES_FILE}`);
      return listLayout(images, file.path, text, votes === undefined ? {} : parseVotes(await votes.bytes()));
    }
  }
  if (images.length === 0)
    throw new TrainingError('data-empty', 'No image was found. Choose a folder or zip with images.');
  return folderLayout(images, looseLabel);
}

/**
 * FERPlus: images in FER2013Train, -Valid and -Test, votes in the CSV. The votes of a face become its soft label; its class is the one with most votes.
 * Faces that are unknown, none at all, or that no two people agree on have no label.
 */
function ferplusLayout(images: readonly ImportFile[], text: string): Layout {
  const rows = new Map(parseFerplus(text).map((row) => [row.name, row]));
  const listed = images.map((file): LabelledFile => {
    const row = rows.get(baseName(file.path));
    const base = { file, split: row?.split ?? null, group: null };
    if (row === undefined) return { ...base, label: null, reason: 'fer2013new.csv does not name it' };
    const soft = softLabel(row.votes);
    const best = argmaxLabel(row.votes);
    if (best === null || soft === null) return { ...base, label: null, reason: 'the votes name no expression' };
    const votes = Object.fromEntries(
      FERPLUS_CLASSES.flatMap((name, index) => (soft[index] > 0 ? [[name, soft[index]]] : [])),
    );
    return { ...base, label: FERPLUS_CLASSES[best], votes };
  });
  return { kind: 'ferplus', images: listed, missing: [] };
}

/** A CSV list; paths are relative to the list. Images that it does not name are left out, and said to be. */
function listLayout(
  images: readonly ImportFile[],
  listPath: string,
  text: string,
  votes: Readonly<Record<string, SoftLabel>>,
): Layout {
  const folder = folderOf(listPath);
  const files = new Map(images.map((file) => [normalPath(file.path), file]));
  const found: LabelledFile[] = [];
  const missing: string[] = [];
  for (const entry of parseImageList(text)) {
    const file = files.get(normalPath(folder + entry.path)) ?? files.get(normalPath(entry.path));
    if (file === undefined) missing.push(entry.path);
    else {
      files.delete(normalPath(file.path));
      found.push(fromList(file, entry, votes[entry.path]));
    }
  }
  if (found.length === 0) {
    throw new TrainingError(
      'data-empty',
      `None of the images that ${listPath} names was found. Choose the folder that holds them.`,
    );
  }
  for (const file of files.values()) {
    found.push({ file, label: null, split: null, group: null, reason: 'the CSV file does not name it' });
  }
  return { kind: 'list', images: found, missing };
}

function fromList(file: ImportFile, { label, split, group }: ListedImage, votes: SoftLabel | undefined): LabelledFile {
  const listed = { file, label: className(label), split, group };
  return votes === undefined ? listed : { ...listed, votes };
}

/** Votes by path, as an export writes them. */
function parseVotes(bytes: Uint8Array): Readonly<Record<string, SoftLabel>> {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, SoftLabel>>;
  } catch (cause) {
    throw new TrainingError('data-format', `${VOTES_FILE} is not JSON. Export the data set again, or leave it out.`, {
      cause,
    });
  }
}

/** The folder of a path with the `/` at its end; empty at the top. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** `.../class/image`, also with a split above or below the class: `train/happiness/1.png`. */
function folderLayout(images: readonly ImportFile[], looseLabel: string | null): Layout {
  const shared = sharedFolders(images.map(({ path }) => path));
  let folders = 0;
  const listed = images.map((file): LabelledFile => {
    const inner = file.path.split('/').slice(shared, -1);
    const split = inner.map(splitNamed).find((name) => name !== null) ?? null;
    const name = inner.findLast((part) => splitNamed(part) === null);
    if (name !== undefined) folders += 1;
    const label = name === undefined ? looseLabel : className(name);
    const base = { file, label, split, group: null };
    return label === null ? { ...base, reason: 'it lies in no class folder' } : base;
  });
  return { kind: folders > 0 ? 'folders' : 'loose', images: listed, missing: [] };
}

/** How many leading folders all paths share, the last folder of a lone class folder not counted. */
function sharedFolders(paths: readonly string[]): number {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const first = folders[0];
  let shared = 0;
  while (shared < first.length && folders.every((folder) => folder[shared] === first[shared])) shared++;
  const deepest = Math.max(...folders.map((folder) => folder.length));
  return shared === deepest && shared > 0 ? shared - 1 : shared;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function normalPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
}
