/** Pictures as other cameras and collections have them, made of FERPlus images; fixed before the first run. */
import { hashText } from '../../src/base/hash.js';
import { Random } from '../../src/base/random.js';
import { averageAreas, blur, mapValues, resample } from '../../src/evaluation/pixels.js';
import type { PixelImage } from '../../src/faces/image.js';

interface Domain {
  /** What is done to a picture. */
  readonly title: string;
  readonly apply: (image: PixelImage, random: Random) => PixelImage;
}

const domains = <Name extends string>(all: Readonly<Record<Name, Domain>>) => all;

export const DOMAINS = domains({
  same: { title: 'nothing', apply: (image) => image },
  laboratory: {
    title: 'a looser crop, soft, with three tenths of the contrast',
    apply: (image, random) => {
      const loose = warp(image, 0, 0.8, 0, around(random, -2, 1) / 48);
      return mapValues(blur(loose, 0.015 * image.width), (value) => 60 + 0.3 * value);
    },
  },
  infrared: {
    title: 'skin bright, shadows lifted, a glow, the grain of a sensor',
    apply: (image, random) => {
      const lifted = mapValues(image, (value) => 255 * (1 - (1 - value / 255) ** 3));
      const glow = blur(lifted, image.width / 24);
      const mixed = mapValues(lifted, (value, pixel) => 0.7 * value + 0.3 * glow.data[pixel * 4]);
      return grain(mixed, 10, random);
    },
  },
  quarter: {
    title: 'a quarter of the resolution',
    apply: (image) => {
      const [width, height] = [image.width / 4, image.height / 4];
      const small = averageAreas(image, width, height);
      return resample(small, image.width, image.height, (x, y) => [(x + 0.5) / 4 - 0.5, (y + 0.5) / 4 - 0.5]);
    },
  },
  turned: {
    title: 'turned by about 18 degrees and shifted by a tenth',
    apply: (image, random) =>
      warp(
        image,
        around(random, 18, 6),
        around(random, 0.95, 0.05),
        around(random, 5, 2) / 48,
        around(random, 3, 2) / 48,
      ),
  },
  film: {
    title: 'hard contrast and grain',
    apply: (image, random) =>
      grain(
        mapValues(image, (value) => 255 / (1 + Math.exp(-9 * (value / 255 - 0.6)))),
        12,
        random,
      ),
  },
});

export type DomainName = keyof typeof DOMAINS;
export const DOMAIN_NAMES = Object.keys(DOMAINS) as readonly DomainName[];

/** Chance comes from the image's name alone. */
export function toDomain(domain: DomainName, image: PixelImage, name: string): PixelImage {
  return DOMAINS[domain].apply(image, new Random(hashText(`${domain} ${name}`)));
}

function around(random: Random, middle: number, deviation: number): number {
  return middle + deviation * random.normal();
}

function grain(image: PixelImage, deviation: number, random: Random): PixelImage {
  const noise = Float64Array.from({ length: image.width * image.height }, () => deviation * random.normal());
  return mapValues(image, (value, pixel) => value + noise[pixel]);
}

/** Turned by degrees, scaled, and shifted by parts of the side, borders continued outward. */
function warp(image: PixelImage, degrees: number, scale: number, right: number, down: number): PixelImage {
  const { width, height } = image;
  const cosine = Math.cos((degrees * Math.PI) / 180) / scale;
  const sine = Math.sin((degrees * Math.PI) / 180) / scale;
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  return resample(image, width, height, (x, y) => {
    const [u, v] = [x - centreX - right * width, y - centreY - down * height];
    return [centreX + cosine * u + sine * v, centreY - sine * u + cosine * v];
  });
}
