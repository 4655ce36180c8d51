/** A look at the images of every class, before anything is trained: whether they differ, and how many cannot be read well. */
import type { Dataset } from '../../dataset/dataset.js';
import { varietyOf } from '../../evaluation/variety.js';
import { flagOf, type ConditionFlag } from '../../reading/conditions.js';
import { faultsOf } from '../../reading/doubt.js';
import type { QualitySpec } from '../../weights/manifest.js';
import type { Embeddings } from './embeddings.js';

/** What was found among the images that a class learns from. */
export interface ClassLook {
  readonly looked: number;
  /** How much they differ, see `varietyOf`; null for too few. */
  readonly variety: number | null;
  /** How many of them have which fault. */
  readonly faults: Readonly<Partial<Record<ConditionFlag, number>>>;
}

/** Enough for a median; more take time. */
const MOST_LOOKED_AT = 24;

/**
 * By class name; classes without images are left out.
 * @param flagged what the camera's own points said of images when they were taken, by sample id
 * @throws as `Embeddings.see`
 */
export async function lookAtClasses(
  dataset: Dataset,
  embeddings: Embeddings,
  quality: QualitySpec | undefined,
  flagged: ReadonlyMap<string, readonly ConditionFlag[]>,
): Promise<Record<string, ClassLook>> {
  const chosen = dataset.classes.map((name) => {
    const samples = dataset.samples.filter(
      ({ label, split }) => label === name && (split === 'train' || split === null),
    );
    return [name, evenly(samples, MOST_LOOKED_AT)] as const;
  });
  const seen = await embeddings.see(
    chosen.flatMap(([, samples]) => samples),
    { mirrored: true },
  );
  const looks = chosen.flatMap(([name, samples]): [string, ClassLook][] => {
    const images = samples.flatMap(({ id }) => {
      const image = seen.get(id);
      return image === undefined ? [] : [{ id, ...image }];
    });
    if (images.length === 0) return [];
    const faults: Partial<Record<ConditionFlag, number>> = {};
    for (const { id, measures } of images) {
      const own = quality === undefined ? [] : faultsOf(measures, quality).map((fault) => flagOf(fault, measures));
      for (const flag of new Set([...own, ...(flagged.get(id) ?? [])])) faults[flag] = (faults[flag] ?? 0) + 1;
    }
    const faces = images.flatMap(({ embedding, mirrored }) =>
      mirrored === null ? [] : [{ plain: embedding, mirrored }],
    );
    return [[name, { looked: images.length, variety: varietyOf(faces), faults }]];
  });
  return Object.fromEntries(looks);
}

/** At most so many, spread over all. */
function evenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, at) => items[Math.floor((at * items.length) / most)]);
}
