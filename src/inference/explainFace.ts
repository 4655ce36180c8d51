/** Explains one face: the network reads it with every patch hidden in turn, in one batch, and once more without all that mattered. */
import { RuntimeError } from '../errors.js';
import { applySimilarity, cropTransform } from '../faces/alignment.js';
import { type Keypoints, mapKeypoints } from '../faces/geometry.js';
import { channelCount } from '../faces/preprocess.js';
import {
  carriers,
  type Explanation,
  patchEffects,
  patchesOf,
  regionEffects,
} from '../reading/explanation/explanation.js';
import { coverOf, hidePatches, PATCHES, PATCHES_A_SIDE } from '../reading/explanation/occlusion.js';
import { measureCrop } from '../reading/measures.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { cutRow } from '../weights/muscles.js';
import type { CropClassifier } from './cropClassifier.js';
import type { ExplainRequest } from './explainRequest.js';

/** What an engine lends for it. */
export interface ExplainParts<Frame> {
  readonly loaded: LoadedModel;
  readonly classifier: CropClassifier;
  crop(frame: Frame, keypoints: Keypoints): Float32Array | undefined;
}

/** @throws RuntimeError `option-invalid` where the points say nothing about the face's size, or a class is not the model's */
export async function explainFace<Frame extends { readonly width: number }>(
  parts: ExplainParts<Frame>,
  frame: Frame,
  { keypoints, expression, against, prior, width }: ExplainRequest,
): Promise<Explanation> {
  const { classifier } = parts;
  const { manifest } = parts.loaded;
  requireClasses([expression, against], manifest.classes);
  const { size, template, resizeTo, centreCrop } = manifest.input;
  const channels = channelCount(manifest.input);
  const crop = parts.crop(frame, mapKeypoints(keypoints, frame.width / width, { x: 0, y: 0 }));
  const transform = cropTransform(keypoints, template, resizeTo);
  if (crop === undefined || transform === undefined) {
    throw new RuntimeError(
      'option-invalid',
      'The face has no size: its points coincide. Take it from a result of the same picture.',
    );
  }
  const cover = coverOf(crop, size, channels);
  const without = (patches: Iterable<number>) => hidePatches(crop, cover, size, patches);
  const crops = [crop, ...Array.from({ length: PATCHES }, (_, patch) => without([patch]))];
  const rows = await classifier.logits(crops);
  const length = rows.length / crops.length;
  const logitsOf = (row: Float32Array) => cutRow(row, manifest.classes).logits;
  const rowOf = (index: number) => logitsOf(rows.subarray(index * length, (index + 1) * length));
  const question = { expression, against, prior, measures: measureCrop(crop, size, channels) };
  const hidden = Array.from({ length: PATCHES }, (_, patch) => rowOf(patch + 1));
  const { probability, patches } = patchEffects(rowOf(0), hidden, question, manifest);
  const evidence = patches.map((patch) => patch.evidence);
  const evidenceAgainst = patches.map((patch) => patch.evidenceAgainst);
  const regions = regionEffects(evidence, template);
  const regionsAgainst = regionEffects(evidenceAgainst, template);
  const carriedBy = carriers(evidence, regions);
  const rest = await classifier.logits([without(patchesOf(carriedBy, template))]);
  const border = (resizeTo - centreCrop) / 2;
  const corner = (x: number, y: number) =>
    applySimilarity(transform, { x: border + x * centreCrop, y: border + y * centreCrop });
  return {
    expression,
    against,
    probability,
    side: PATCHES_A_SIDE,
    patches,
    regions,
    regionsAgainst,
    carriedBy,
    carriedAgainst: carriers(evidenceAgainst, regionsAgainst),
    probabilityWithout: patchEffects(logitsOf(rest), [], question, manifest).probability,
    corners: [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)],
  };
}

function requireClasses(names: readonly string[], classes: readonly string[]): void {
  const unknown = names.find((name) => !classes.includes(name));
  if (unknown === undefined) return;
  throw new RuntimeError(
    'option-invalid',
    `The model has no class ${JSON.stringify(unknown)}. Its classes are ${classes.join(', ')}.`,
  );
}
