import type { PixelImage } from '../../../src/faces/image.js';
import type { Prediction } from '../../../src/evaluation/prediction.js';
import type { NamedBytes } from '../../../src/storage/namedFiles.js';

/** One prediction, all its confidence on one class unless told otherwise. */
export function prediction(name: string, label: number, predicted: number, classCount = 2, confidence = 1): Prediction {
  const rest = (1 - confidence) / (classCount - 1);
  const probabilities = Array.from({ length: classCount }, (_, index) => (index === predicted ? confidence : rest));
  return { name, label, probabilities };
}

/** Predictions with exactly these counts of true class by predicted class. */
export function predictionsFromCounts(counts: readonly (readonly number[])[]): Prediction[] {
  return counts.flatMap((row, label) =>
    row.flatMap((count, predicted) =>
      Array.from({ length: count }, (_, index) =>
        prediction(`${label}-${predicted}-${index}`, label, predicted, counts.length),
      ),
    ),
  );
}

export function textFile(path: string, text: string): NamedBytes {
  return { path, bytes: async () => new TextEncoder().encode(text) };
}

/** A grey picture from one value a pixel. */
export function greyImage(width: number, height: number, value: (x: number, y: number) => number): PixelImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.fill(value(pixel % width, Math.floor(pixel / width)), pixel * 4, pixel * 4 + 3);
    data[pixel * 4 + 3] = 255;
  }
  return { data, width, height };
}
