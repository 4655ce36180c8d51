/** EXIF orientation: how a camera was held, and the pixels turned back. Source: EXIF 2.32, tag 0x0112; TIFF 6.0. */

/** 1 upright; 2 mirrored; 3 turned by 180°; 4 mirrored top to bottom; 5 to 8 lie on a side, 5 and 7 of them mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;

/** The orientation in a TIFF block as EXIF holds it; 1 where it has none or is broken. */
export function exifOrientation(tiff: DataView): Orientation {
  if (tiff.byteLength < 8) return 1;
  const little = tiff.getUint16(0) === 0x4949;
  if (tiff.getUint16(2, little) !== 42) return 1;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return 1;
  const entries = tiff.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(at, little) === ORIENTATION_TAG) {
      const value = tiff.getUint16(at + 8, little);
      return value >= 1 && value <= 8 ? (value as Orientation) : 1;
    }
  }
  return 1;
}

interface Pixels {
  /** RGBA. */
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The picture as it is to be seen. The given one itself where nothing has to be turned. */
export function turnUpright(image: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return image;
  const { width, height } = image;
  const lying = orientation >= 5;
  const [newWidth, newHeight] = lying ? [height, width] : [width, height];
  const source = words(image.data);
  const target = new Uint32Array(width * height);
  // Of each stored row and column, whether it counts from the far side in the upright picture.
  const farColumn = [2, 3, 7, 8].includes(orientation);
  const farRow = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < height; y++) {
    const row = farRow ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const column = farColumn ? width - 1 - x : x;
      target[lying ? column * newWidth + row : row * newWidth + column] = source[y * width + x];
    }
  }
  return { data: new Uint8ClampedArray(target.buffer), width: newWidth, height: newHeight };
}

function words(data: Uint8ClampedArray): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
