/** What was cut out of a picture for one face, and what the network said of it: good for as long as neither face nor pixels change. */
import { channelCount } from '../faces/preprocess.js';
import { measureCrop, type CropMeasures } from '../reading/measures.js';
import { mirrorCrop, type View } from '../reading/mirror.js';
import type { InputSpec } from '../weights/manifest.js';
import { describeCrop } from './descriptor.js';

export interface KeptFace {
  /** `[size, size, channels]` in 0..1 */
  readonly crop: Float32Array;
  readonly measures: CropMeasures;
  /** By which a tracker tells it from others. */
  readonly descriptor: Float32Array;
  /** What the network gave by view: logits, and behind them the muscles, where it reads them. None before it has seen the face. */
  readonly outputs: Map<View, Float32Array>;
}

export function keepFace(crop: Float32Array, input: InputSpec): KeptFace {
  const channels = channelCount(input);
  return {
    crop,
    measures: measureCrop(crop, input.size, channels),
    descriptor: describeCrop(crop, input.size, channels),
    outputs: new Map(),
  };
}

/** The network's input for a view. */
export function viewOf({ crop }: KeptFace, view: View, input: InputSpec): Float32Array {
  return view === 'plain' ? crop : mirrorCrop(crop, input.size, channelCount(input));
}
