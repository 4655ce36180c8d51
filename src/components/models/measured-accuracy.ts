/** How well a model does, as far as its manifest says so. */
import type { Interval } from '../../evaluation/intervals.js';
import type { Manifest } from '../../weights/manifest.js';

export interface MeasuredAccuracy {
  readonly accuracy: Interval;
  /** Images. */
  readonly n: number;
  readonly images: MeasuredImages;
}

/** What was measured on: test images, all images in turn by cross-validation, or the test images of a published data set. */
export type MeasuredImages =
  | { readonly are: 'test' }
  | { readonly are: 'folds'; readonly folds: number }
  | { readonly are: 'dataset'; readonly dataset: string };

/** Null where the manifest holds no accuracy on images that took no part in training. */
export function measuredAccuracy({ metrics = {} }: Manifest): MeasuredAccuracy | null {
  return ofRun(metrics['test']) ?? ofDatasets(metrics);
}

/** As fine-tuning in the page and from the command line writes it. */
function ofRun(test: unknown): MeasuredAccuracy | null {
  const { n, accuracy, folds } = fieldsOf(test);
  const { value, low, high } = fieldsOf(accuracy);
  if (!isNumber(n) || !isNumber(value) || !isNumber(low) || !isNumber(high)) return null;
  const images: MeasuredImages = isNumber(folds) ? { are: 'folds', folds } : { are: 'test' };
  return { accuracy: { value, low, high }, n, images };
}

/** As `pytorch/` writes it: by data set, then by rule of the label. */
function ofDatasets(metrics: Readonly<Record<string, unknown>>): MeasuredAccuracy | null {
  for (const [name, splits] of Object.entries(metrics)) {
    const { n, accuracy, accuracyInterval } = fieldsOf(fieldsOf(splits)['test']);
    const value = fieldsOf(accuracy)['majority'];
    const [low, high] = listOf(fieldsOf(accuracyInterval)['majority']);
    const count = fieldsOf(n)['majority'];
    if (!isNumber(count) || !isNumber(value) || !isNumber(low) || !isNumber(high)) continue;
    return { accuracy: { value, low, high }, n: count, images: { are: 'dataset', dataset: name } };
  }
  return null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
