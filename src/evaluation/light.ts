/**
 * Groups by light where nobody has said who is in a picture: thirds of the images by the estimated luminance of the cheeks, and by how differently both are lit.
 * A grey picture does not tell a dark skin from a dim light: a gap between these groups is about both.
 */
import { median, quantile } from '../base/numbers.js';
import type { GroupOf } from './groups.js';

export interface CropLight {
  /** Mean of the two cheeks' median luminance, 0..1. */
  readonly cheeks: number;
  /** Difference between the two, 0..1. */
  readonly oneSided: number;
}

/** Fractions of an aligned crop's side: below the eyes, beside nose and mouth. */
const CHEEKS = { top: 0.52, bottom: 0.7, right: [0.22, 0.38], left: [0.62, 0.78] } as const;

/** @param crop `[size, size, channels]` of an aligned face in 0..1; the first channel is read */
export function lightOf(crop: Float32Array, size: number, channels: number): CropLight {
  const cheek = ([from, to]: readonly [number, number]) => {
    const values: number[] = [];
    for (let y = Math.floor(CHEEKS.top * size); y < CHEEKS.bottom * size; y++) {
      for (let x = Math.floor(from * size); x < to * size; x++) values.push(crop[(y * size + x) * channels]);
    }
    return median(values);
  };
  const [right, left] = [cheek(CHEEKS.right), cheek(CHEEKS.left)];
  return { cheeks: (right + left) / 2, oneSided: Math.abs(right - left) };
}

/** By attribute, the third in which an image lies, of those whose light is known. */
export function lightGroups(
  predictions: readonly { readonly name: string; readonly light?: CropLight }[],
): Readonly<Record<string, GroupOf>> {
  const images = predictions.flatMap(({ name, light }) => (light === undefined ? [] : [{ name, light }]));
  const thirds = (value: (light: CropLight) => number, names: readonly [string, string, string]): GroupOf => {
    const values = images.map(({ light }) => value(light));
    const [low, high] = [quantile(values, 1 / 3), quantile(values, 2 / 3)];
    const groups = new Map(
      images.map(({ name }, index) => [name, names[Number(values[index] > low) + Number(values[index] > high)]]),
    );
    return (name) => groups.get(name) ?? null;
  };
  return {
    'luminance of the cheeks': thirds(({ cheeks }) => cheeks, ['darkest third', 'middle third', 'lightest third']),
    'light on the cheeks': thirds(
      ({ oneSided }) => oneSided,
      ['most even third', 'middle third', 'most one-sided third'],
    ),
  };
}
