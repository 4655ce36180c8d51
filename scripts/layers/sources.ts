/** The modules that the table of floors speaks of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from './check.js';

/** Made from MediaPipe's package: not ours to order. */
const VISION_FACTORY = 'src/faces/visionFactory.js';
const ROOTS = ['src', 'cli', 'bench', 'scripts'];

/** Every module of the repository at `root` but its tests. */
export function readSources(root: string): Sources {
  const paths = ROOTS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const modules = paths.filter((path) => /\.[jt]s$/.test(path) && !path.endsWith('.d.ts') && path !== VISION_FACTORY);
  return new Map(modules.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
