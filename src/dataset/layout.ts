/** Recognising how somebody's labelled images are laid out: FERPlus, a CSV list, one folder a class, or loose images. */
import { className, labelMatcher } from '../base/labels.js';
import { baseName, CSV_FILE, folderOf, IMAGE_FILE, normalPath } from '../base/paths.js';
import { TrainingError } from '../errors.js';
import { parseImageList, type ListedImage } from './imageList.js';
import { argmaxLabel, FERPLUS_CLASSES, looksLikeFerplus, parseFerplus, softLabel } from './ferplus.js';
import { renameVotes, splitNamed, type SoftLabel, type Split } from './sample.js';
import { readVotes } from './votesFile.js';
import type { NamedBytes } from '../storage/namedFiles.js';

/** An image with all that its surroundings say of it. Without a label it cannot be used, and `reason` says why it has none. */
export interface LabelledFile {
  readonly file: NamedBytes;
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
  /** Only of an export of this project: all its classes in their order. Its images are ready for a network, to be taken as they are. */
  readonly classes?: readonly string[];
}

/** Beside an export's list: probabilities by class for every path. */
export const VOTES_FILE = 'votes.json';
/** Beside an export's list: `{ format: 1, classes: [...] }`, which tells it from lists of other origin. */
export const EXPORT_FILE = 'dataset.json';
/** What archives of macOS and Windows carry along. */
const JUNK = /(^|\/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(\/|$)/i;

/**
 * Labels each image of the files. `looseLabel` is given to images that lie in no class folder.
 * Throws a TrainingError `data-empty` where there is no image, `data-format` for a broken list.
 */
export async function readLayout(files: readonly NamedBytes[], looseLabel: string | null = null): Promise<Layout> {
  const clean = files.filter(({ path }) => !JUNK.test(path));
  const images = clean.filter(({ path }) => IMAGE_FILE.test(path));
  if (images.length === 0) {
    throw new TrainingError('data-empty', 'No image was found. Choose a folder or zip with images.');
  }
  const tables = clean.filter(({ path }) => CSV_FILE.test(path));
  for (const table of tables) {
    const text = new TextDecoder().decode(await table.bytes());
    if (looksLikeFerplus(text)) return ferplusLayout(images, text);
    if (/^\uFEFF?[^\n]*\bpath\b/i.test(text)) {
      const beside = async (name: string) => {
        const file = clean.find(({ path }) => path === folderOf(table.path) + name);
        return file === undefined ? null : parseJson(name, await file.bytes());
      };
      const votes = readVotes((await beside(VOTES_FILE)) ?? {});
      const layout = listLayout(images, table.path, text, votes);
      const classes = exportedClasses(await beside(EXPORT_FILE));
      return classes === null ? layout : { ...layout, classes };
    }
  }
  const reason =
    tables.length === 0
      ? 'it lies in no class folder, and no class was chosen for it'
      : `it lies in no class folder, and the first line of ${baseName(tables[0].path)} names no column path`;
  return folderLayout(images, looseLabel, reason);
}

/** The layout with its labels and votes under those of the known names that they mean (see base/labels.ts); the names of an export count as known. */
export function matchLabels(layout: Layout, known: readonly string[]): Layout {
  const match = labelMatcher([...known, ...(layout.classes ?? [])]);
  const images = layout.images.map((image): LabelledFile => {
    const { label, votes } = image;
    const matched = { ...image, label: label === null ? null : match(label) };
    return votes === undefined ? matched : { ...matched, votes: renameVotes(votes, match) };
  });
  return { ...layout, images };
}

/**
 * FERPlus: images in FER2013Train, -Valid and -Test, votes in the CSV. The votes of a face become its soft label; its class is the one with most votes.
 * Faces that are unknown, none at all, or that no two people agree on have no label.
 */
function ferplusLayout(images: readonly NamedBytes[], text: string): Layout {
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
  images: readonly NamedBytes[],
  listPath: string,
  text: string,
  votes: ReadonlyMap<string, SoftLabel>,
): Layout {
  const folder = folderOf(listPath);
  const files = new Map(images.map((file) => [normalPath(file.path), file]));
  const named = new Set<NamedBytes>();
  const found: LabelledFile[] = [];
  const missing: string[] = [];
  for (const entry of parseImageList(text)) {
    const file = files.get(normalPath(folder + entry.path)) ?? files.get(normalPath(entry.path));
    if (file === undefined) missing.push(entry.path);
    else if (named.has(file)) found.push(unlabelled(file, 'the CSV file names it twice, the first row counts'));
    else found.push(fromList(file, entry, votes.get(entry.path)));
    if (file !== undefined) named.add(file);
  }
  if (found.length === 0) {
    throw new TrainingError(
      'data-empty',
      `None of the images that ${listPath} names was found. Choose the folder that holds them.`,
    );
  }
  for (const file of images) if (!named.has(file)) found.push(unlabelled(file, 'the CSV file does not name it'));
  return { kind: 'list', images: found, missing };
}

function unlabelled(file: NamedBytes, reason: string): LabelledFile {
  return { file, label: null, split: null, group: null, reason };
}

function fromList(file: NamedBytes, { label, split, group }: ListedImage, votes: SoftLabel | undefined): LabelledFile {
  const listed = { file, label: className(label), split, group };
  return votes === undefined ? listed : { ...listed, votes };
}

function parseJson(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new TrainingError('data-format', `${name} is not JSON. Export the data set again, or leave it out.`, {
      cause,
    });
  }
}

/** The classes that the description of an export names; null for anything else of that name. */
function exportedClasses(content: unknown): readonly string[] | null {
  if (typeof content !== 'object' || content === null) return null;
  const { format, classes } = content as { readonly format?: unknown; readonly classes?: unknown };
  const named = Array.isArray(classes) && classes.every((name) => typeof name === 'string');
  return format === 1 && named ? (classes as readonly string[]).map(className) : null;
}

/**
 * `.../class/image`, also with a split above or below the class: `train/happiness/1.png`. Folders that all images share say nothing of their class,
 * unless there is no other; a split's name counts wherever it stands.
 */
function folderLayout(images: readonly NamedBytes[], looseLabel: string | null, looseReason: string): Layout {
  const folders = images.map(({ path }) => path.split('/').slice(0, -1));
  const shared = sharedFolders(folders);
  const named = folders.map((parts) => className(lastClassFolder(parts.slice(shared)) ?? ''));
  const loose = named.every((name) => name === '');
  const lone = loose ? lastClassFolder(folders[0].slice(0, shared)) : undefined;
  const fallback = lone === undefined ? looseLabel : className(lone);
  const listed = images.map((file, index): LabelledFile => {
    const split = folders[index].map(splitNamed).findLast((name) => name !== null) ?? null;
    const label = named[index] === '' ? fallback : named[index];
    const base = { file, label, split, group: null };
    return label === null ? { ...base, reason: looseReason } : base;
  });
  return { kind: loose && lone === undefined ? 'loose' : 'folders', images: listed, missing: [] };
}

/** The deepest folder that names no split. */
function lastClassFolder(folders: readonly string[]): string | undefined {
  return folders.findLast((part) => splitNamed(part) === null && className(part) !== '');
}

/** How many leading folders all paths share. */
function sharedFolders(folders: readonly (readonly string[])[]): number {
  const [first] = folders;
  let shared = 0;
  while (shared < first.length && folders.every((folder) => folder[shared] === first[shared])) shared++;
  return shared;
}
