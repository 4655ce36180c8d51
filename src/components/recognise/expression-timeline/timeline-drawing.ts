/** Draws probabilities over time as stacked areas on a 2D canvas. */
import { clamp } from '../../../base/numbers.js';
import type { TimelineSample } from './history.js';
import { linearScale, type Scale } from '../../ui/charts/axes.js';
import { expressionColour } from '../../ui/tokens.js';

export interface TimelineFrame {
  readonly samples: readonly TimelineSample[];
  /** Classes from the bottom of the stack to its top. */
  readonly classes: readonly string[];
  /** Seconds at the left and the right edge. */
  readonly from: number;
  readonly to: number;
  /** Neighbouring samples further apart than this many seconds are not joined. */
  readonly gap: number;
  /** Seconds at which to draw the playhead. */
  readonly playhead: number | undefined;
  /** CSS colour of the playhead. */
  readonly ink: string;
}

/** Clears and draws the whole canvas; sizes are those of its bitmap. */
export function drawTimeline(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  const toX = linearScale([frame.from, frame.to], [0, width]);
  const toY = linearScale([0, 1], [height, 0]);
  for (const run of runsOf(frame.samples, frame.gap)) drawRun(context, run, frame, toX, toY);
  if (frame.playhead !== undefined) {
    const line = Math.max(2, height / 40);
    context.fillStyle = frame.ink;
    context.fillRect(clamp(toX(frame.playhead) - line / 2, 0, width - line), 0, line, height);
  }
}

/** Samples split where nothing was seen for longer than `gap` seconds. */
export function runsOf(samples: readonly TimelineSample[], gap: number): TimelineSample[][] {
  const runs: TimelineSample[][] = [];
  let last: TimelineSample | undefined;
  for (const sample of samples) {
    const run = runs.at(-1);
    if (run === undefined || last === undefined || sample.time - last.time > gap) runs.push([sample]);
    else run.push(sample);
    last = sample;
  }
  return runs;
}

function drawRun(
  context: CanvasRenderingContext2D,
  run: readonly TimelineSample[],
  frame: TimelineFrame,
  toX: Scale,
  toY: Scale,
): void {
  const [first] = run;
  if (first === undefined) return;
  // A lone sample has no width of its own: it is drawn as wide as the time it stands for.
  const points = run.length > 1 ? run : [first, { ...first, time: first.time + frame.gap / 2 }];
  const xs = points.map((point) => toX(point.time));
  let lower = points.map(() => 0);
  for (const name of frame.classes) {
    const upper = lower.map((value, index) => value + (points[index]?.probabilities[name] ?? 0));
    context.beginPath();
    xs.forEach((x, index) => context.lineTo(x, toY(upper[index] ?? 0)));
    for (let index = xs.length - 1; index >= 0; index--) {
      context.lineTo(xs[index] ?? 0, toY(lower[index] ?? 0));
    }
    context.closePath();
    context.fillStyle = expressionColour(name);
    context.fill();
    lower = upper;
  }
}
