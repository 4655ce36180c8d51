/** What the last layer of a network sees, computed by whatever engine runs the network. */
import { concatenateFloats } from '../../base/floats.js';
import type { Classifier } from '../../network/classifier.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import type { InputSpec, Manifest } from '../../weights/manifest.js';
import { augmentFace, UNCHANGED } from '../data/augment.js';
import type { TrainingSample } from '../data/samples.js';
import type { StartingModel } from '../startingModel.js';
import type { LastLayer } from './lastLayer.js';

/** Crops that are handed over at once. */
const BATCH = 64;

/** The name of the last layer of the base branch. */
export function lastLayerName(start: StartingModel): string {
  return start.network.tokenPasses === null ? 'fc' : 'VIT_base.head.linear';
}

export function lastLayerOf(start: StartingModel): LastLayer {
  const name = lastLayerName(start);
  return { weight: start.arrays.get(`${name}.weight`)!.data, bias: start.arrays.get(`${name}.bias`)!.data };
}

/** Class of each output of the last layer. */
export function outputOwners({ network, classes }: StartingModel): number[] {
  const counts = network.architecture.outputsPerClass ?? classes.map(() => 1);
  return counts.flatMap((count, label) => Array.from({ length: count }, () => label));
}

/** The model whose "logits" are the embedding: its last layer passes on what it sees, so that every engine can compute it. */
export function embeddingModel(manifest: Manifest, start: StartingModel): LoadedModel {
  const name = lastLayerName(start);
  const width = start.arrays.get(`${name}.weight`)!.shape[1];
  const identity = new Float32Array(width * width);
  for (let index = 0; index < width; index++) identity[index * width + index] = 1;
  const arrays = new Map(start.arrays);
  arrays.set(`${name}.weight`, { shape: [width, width], data: identity });
  arrays.set(`${name}.bias`, { shape: [width], data: new Float32Array(width) });
  const { outputsPerClass: _outputs, ...architecture } = start.network.architecture;
  const { int8: _ranges, ...rest } = manifest;
  const classes = Array.from({ length: width }, (_, index) => `embedding ${index}`);
  return { manifest: { ...rest, architecture, classes }, arrays };
}

/** Embeddings [samples, width] of faces as they are. */
export async function embed(
  classifier: Classifier,
  samples: readonly TrainingSample[],
  input: InputSpec,
  onBatch: (count: number) => void | Promise<void>,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let start = 0; start < samples.length; start += BATCH) {
    const chosen = samples.slice(start, start + BATCH);
    const crops = chosen.map(({ face }) => augmentFace(face, input, UNCHANGED));
    parts.push(await classifier.logits(concatenateFloats(crops), chosen.length));
    await onBatch(chosen.length);
  }
  return concatenateFloats(parts);
}
