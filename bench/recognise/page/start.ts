/** A page that has to recognise once: how long that takes from the navigation on. */
import type { Scene } from '../scenes.js';
import { seat } from './frame.js';
import { openFilm } from './pictures.js';

export interface FirstResult {
  /** Milliseconds since the navigation began. */
  readonly after: number;
  readonly faces: number;
}

export async function readFirst(scene: Scene): Promise<FirstResult> {
  const [frame] = await Promise.all([openFilm(scene).then((film) => film.frame(0)), seat.load()]);
  const { faces } = await seat.read(frame, 0);
  return { after: performance.now(), faces };
}
