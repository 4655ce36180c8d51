/** What every run of the bench begins with, and the classes that it is asked for. */
import { FERPLUS_CLASSES } from '../../src/dataset/ferplus.js';
import { loadModelAt, shippedManifest } from '../../src/node/modelFiles.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';

/** All but contempt, of which there are too few. */
export const CLASSES: readonly string[] = FERPLUS_CLASSES.filter((name) => name !== 'contempt');

let loaded: Promise<LoadedModel> | null = null;

export function shippedModel(): Promise<LoadedModel> {
  loaded ??= loadModelAt(shippedManifest(), ['base', 'training']);
  return loaded;
}
