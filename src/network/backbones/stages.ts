/** For backbones whose levels are the ends of three stages, each of units that lie one after the other. */
import type * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../errors.js';
import type { StageSpec } from '../../weights/manifest.js';
import type { Shapes } from '../../weights/tensorNames.js';
import type { Context } from '../context.js';
import type { ImageLayer } from '../layers.js';
import { LEVELS, type LevelMaps } from '../pyramid.js';

/** A unit by its place, from stage 1 and unit 0 on, and its channels. */
export type UnitOf = (stage: number, unit: number, inputs: number, outputs: number) => ImageLayer;

/**
 * The levels of a stem and three stages.
 * @throws ModelError `model-architecture` for another number of stages
 */
export function stagedLevels(
  stem: ImageLayer,
  stemChannels: number,
  stages: readonly StageSpec[],
  unitOf: UnitOf,
): Pick<LevelMaps, 'channels' | 'levels'> {
  if (stages.length !== LEVELS) {
    throw new ModelError('model-architecture', `A backbone has ${LEVELS} stages here, not ${stages.length}.`);
  }
  let inputs = stemChannels;
  const bodies = stages.map(({ channels, units }, stage) =>
    Array.from({ length: units }, (_, unit) => {
      const layer = unitOf(stage + 1, unit, inputs, channels);
      inputs = channels;
      return layer;
    }),
  );
  const [one, two, three] = stages;
  return {
    channels: [one.channels, two.channels, three.channels],
    levels: (context: Context, images: tf.Tensor4D) => {
      let x = stem(context, images);
      const [first, second, third] = bodies.map((units) => (x = units.reduce((y, unit) => unit(context, y), x)));
      return [first, second, third];
    },
  };
}

/**
 * The stages in a file, by a kernel of every unit with as many rows as the unit has outputs.
 * @throws ModelError `model-architecture` when a stage has no unit
 */
export function stagesOf(tensors: Shapes, kernelOf: (stage: number, unit: number) => string): readonly StageSpec[] {
  return Array.from({ length: LEVELS }, (_, index) => {
    const stage = index + 1;
    let units = 0;
    let channels = 0;
    for (; tensors.has(kernelOf(stage, units)); units++) channels = tensors.get(kernelOf(stage, units))!.shape[0];
    if (units === 0) {
      throw new ModelError(
        'model-architecture',
        `Its backbone lacks ${kernelOf(stage, 0)}. Choose a checkpoint that is whole.`,
      );
    }
    return { channels, units };
  });
}
