/** A page that has to recognise once: how long that takes from the navigation on. Times are milliseconds since it began. */
import type { Scene } from '../scenes.js';
import { seat } from './frame.js';
import { openFilm } from './pictures.js';

export interface FirstResult {
  /** A face has been read, and is shown where the page shows anything. */
  readonly after: number;
  /** All faces have been read: `<qcs-fer>` searches a photo for small ones after it has shown the large ones. */
  readonly complete: number;
  readonly faces: number;
}

export async function readFirst(scene: Scene): Promise<FirstResult> {
  const [frame] = await Promise.all([openFilm(scene).then((film) => film.frame(0)), seat.load()]);
  const { faces } = await seat.read(frame, 0);
  const after = performance.now();
  return { after, complete: after, faces };
}
