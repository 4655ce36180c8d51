/** What the Train tab remembers of a run while it goes on: enough to draw, never more than a few thousand points. */
import { mean } from '../../base/numbers.js';
import type { TrainingConfig } from '../../training/config.js';
import { classLabeller } from '../../training/data/samples.js';
import type { DatasetView } from '../../training/session/protocol.js';
import type { EpochMetrics } from '../../training/metrics.js';
import type { PreparingProgress, StepProgress, TrainingProgress, TupleProgress } from '../../training/progress.js';
import { PALETTE } from '../ui/tokens.js';
import { addAttention, type AttentionSum } from './attention-mean.js';
import type { Curve } from './training-curves.js';

/** Points a curve keeps; beyond it every second one goes. */
const MOST_POINTS = 2000;

export interface RunView {
  readonly preparing: PreparingProgress | null;
  readonly step: StepProgress | null;
  readonly tuple: TupleProgress | null;
  /** Of all faces that were shown so far. */
  readonly attention: AttentionSum | null;
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly checkpointStep: number;
  /** By recorded step: base and cross loss (means of the branches), learning rate, theta of the levels. */
  readonly points: readonly {
    readonly step: number;
    readonly base: number;
    readonly cross: number | null;
    readonly rate: number;
    readonly theta: readonly number[];
  }[];
}

export const EMPTY_RUN: RunView = {
  preparing: null,
  step: null,
  tuple: null,
  attention: null,
  epochs: [],
  bestEpoch: 0,
  checkpointStep: 0,
  points: [],
};

export function addProgress(run: RunView, progress: TrainingProgress): RunView {
  switch (progress.kind) {
    case 'preparing':
      return { ...run, preparing: progress };
    case 'step':
      return { ...run, preparing: null, step: progress, points: thinned([...run.points, pointOf(progress)]) };
    case 'tuple':
      return { ...run, tuple: progress, attention: addAttention(run.attention, progress) };
    case 'epoch':
      return {
        ...run,
        epochs: [...run.epochs.filter(({ epoch }) => epoch !== progress.metrics.epoch), progress.metrics],
        bestEpoch: progress.best ? progress.metrics.epoch : run.bestEpoch,
      };
    case 'checkpoint':
      return { ...run, checkpointStep: progress.step };
  }
}

/** The validation images in the order of the predictions, as the run's classes see them. */
export function validationImages(
  config: TrainingConfig | null,
  view: DatasetView | null,
): { readonly id: string; readonly label: number }[] {
  if (config === null || view === null) return [];
  const label = classLabeller(config);
  return view.samples.flatMap((sample) => {
    const own = sample.split === 'validation' ? label(sample) : null;
    return own === null ? [] : [{ id: sample.id, label: own.label }];
  });
}

function pointOf({ step, losses, learningRate, theta }: StepProgress): RunView['points'][number] {
  return { step, base: mean(losses[0]), cross: losses.length > 1 ? mean(losses[1]) : null, rate: learningRate, theta };
}

function thinned<T>(points: readonly T[]): readonly T[] {
  return points.length <= MOST_POINTS ? points : points.filter((_, index) => index % 2 === 1);
}

/** Loss over the steps. */
export function lossCurves(run: RunView): { readonly x: readonly number[]; readonly curves: readonly Curve[] } {
  const base: Curve = {
    name: 'Each face by itself',
    colour: '--_accent',
    values: run.points.map((point) => point.base),
  };
  const cross: Curve = {
    name: 'Faces compared',
    colour: PALETTE.vermilion,
    values: run.points.map((point) => point.cross),
  };
  const hasCross = run.points.some((point) => point.cross !== null);
  return { x: run.points.map(({ step }) => step), curves: hasCross ? [base, cross] : [base] };
}

/** Accuracy in per cent over the epochs, by the step that ended them. */
export function accuracyCurves(run: RunView): { readonly x: readonly number[]; readonly curves: readonly Curve[] } {
  return {
    x: run.epochs.map(({ step }) => step),
    curves: [
      {
        name: 'Faces it learns from',
        colour: '--_ink-soft',
        dashed: true,
        values: run.epochs.map(({ trainAccuracy }) => trainAccuracy * 100),
      },
      {
        name: 'Faces kept aside',
        colour: '--_accent',
        values: run.epochs.map(({ validation }) => (validation === null ? null : validation.accuracy.value * 100)),
      },
    ],
  };
}

/** How much unlikeness counts against likeness at each level: 1 + tanh(theta). */
export function balanceCurves(run: RunView): { readonly x: readonly number[]; readonly curves: readonly Curve[] } {
  const levels = run.points.at(-1)?.theta.length ?? 0;
  const colours = [PALETTE.sky, PALETTE.green, PALETTE.pink];
  return {
    x: run.points.map(({ step }) => step),
    curves: Array.from({ length: levels }, (_, level) => ({
      name: `Level ${level + 1}`,
      colour: colours[level % colours.length],
      values: run.points.map(({ theta }) => 1 + Math.tanh(theta[level])),
    })),
  };
}
