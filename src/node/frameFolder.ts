/** A folder of pictures as the frames of a video: Node decodes no video without native code. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimedFrame } from '../analysis/analyseFrames.js';
import { CaptureError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';
import { readPicture } from './readPicture.js';

const PICTURE = /\.(png|jpe?g)$/i;

/**
 * The paths of a folder's pictures by name, numbers in them by their value: `frame9.png` before `frame10.png`.
 * @throws CaptureError `unsupported-video` for a file, `source-unreachable` for a folder without pictures
 */
export async function framePaths(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isFile() === true) {
    throw new CaptureError(
      'unsupported-video',
      `${folder} is a file, and Node decodes no video. Take it apart (ffmpeg -i ${folder} -vf fps=5 frames/%06d.png), then give the folder and --rate 5.`,
    );
  }
  const names = found === undefined ? [] : (await readdir(folder)).filter((name) => PICTURE.test(name));
  if (names.length === 0) {
    throw new CaptureError(
      'source-unreachable',
      `${folder} holds no pictures (PNG, JPEG). Give the folder of a video's frames.`,
    );
  }
  const order = new Intl.Collator('en', { numeric: true }).compare;
  return names.toSorted(order).map((name) => join(folder, name));
}

/** The frames in their order, `rate` a second. */
export async function* framesOf(paths: readonly string[], rate: number): AsyncGenerator<TimedFrame<PixelImage>> {
  for (const [index, path] of paths.entries()) yield { time: index / rate, frame: await readPicture(path) };
}
