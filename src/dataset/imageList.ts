/** The data set list that the exports write: `path,label[,split,group]`. */
import { formatCsv, parseCsv } from '../base/csv.js';
import { TrainingError } from '../errors.js';
import { parseSplit, type Split } from './sample.js';

/** One line of a data set list. */
export interface ListedImage {
  /** Path of the image relative to the list. */
  readonly path: string;
  readonly label: string;
  readonly split: Split | null;
  readonly group: string | null;
}

/**
 * Reads `path,label[,split,group]`. The first row must name the columns; their order is free and further ones are ignored.
 * Throws a TrainingError `data-format` that names the line.
 */
export function parseImageList(text: string): ListedImage[] {
  const [header, ...rows] = parseCsv(text);
  const names = (header?.fields ?? []).map((name) => name.trim().toLowerCase());
  const column = (name: string) => names.indexOf(name);
  const [path, label, split, group] = [column('path'), column('label'), column('split'), column('group')] as const;
  if (path < 0 || label < 0) {
    throw new TrainingError('data-format', 'The CSV file needs a first line that names the columns path and label.');
  }
  return rows.map(({ line, fields }) => {
    const at = (position: number) => fields[position]?.trim() ?? '';
    if (at(path) === '' || at(label) === '') {
      throw new TrainingError('data-format', `Row ${line} of the CSV file has no path or no label.`);
    }
    return {
      path: at(path),
      label: at(label),
      split: at(split) === '' ? null : parseSplit(at(split), `row ${line} of the CSV file`),
      group: at(group) === '' ? null : at(group),
    };
  });
}

/** The reverse of {@link parseImageList}, header included. */
export function formatImageList(images: readonly ListedImage[]): string {
  const rows = images.map(({ path, label, split, group }) => [path, label, split ?? '', group ?? '']);
  return formatCsv([['path', 'label', 'split', 'group'], ...rows]);
}
