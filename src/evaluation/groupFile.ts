/** The file that says who is in which group: `path,group`, or a column for each attribute (`path,gender,age`). */
import { parseCsv } from '../base/csv.js';
import { normalPath } from '../base/paths.js';
import { TrainingError } from '../errors.js';
import type { GroupOf } from './groups.js';
import type { EvaluationSample } from './samples.js';

/**
 * By attribute, the group of an image. A row's path may be the image's whole path in the data set, the end of it or its file name;
 * an empty field leaves the image out. The first column names the image, whatever its title.
 *
 * @throws TrainingError `data-format` without a second column, `data-empty` when no row fits any of the samples
 */
export function parseGroupFile(text: string, samples: readonly EvaluationSample[]): Record<string, GroupOf> {
  const [header, ...rows] = parseCsv(text);
  const attributes = (header?.fields ?? []).slice(1).map((name) => name.trim());
  if (attributes.length === 0 || attributes.includes('')) {
    throw new TrainingError(
      'data-format',
      'The group file needs a first line: path, then one column for each attribute.',
    );
  }
  const rowOf = new Map(rows.map(({ fields }) => [normalPath(fields[0].trim()), fields]));
  const found = new Map(
    samples.flatMap(({ name }): [string, readonly string[]][] => {
      const row = endings(normalPath(name))
        .map((ending) => rowOf.get(ending))
        .find((entry) => entry !== undefined);
      return row === undefined ? [] : [[name, row]];
    }),
  );
  if (found.size === 0) {
    throw new TrainingError(
      'data-empty',
      'The group file names none of the images. Write their paths or file names in its first column.',
    );
  }
  return Object.fromEntries(
    attributes.map((attribute, index) => [attribute, (name: string) => found.get(name)?.[index + 1]?.trim() || null]),
  );
}

/** `a/b/c.png`, `b/c.png`, `c.png`. */
function endings(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}
