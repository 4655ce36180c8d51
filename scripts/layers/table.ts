/**
 * The floors of the house, from the top down, and what each room may use. `check.ts` holds every module to this table, and the picture
 * in docs/architecture.md is printed from it (`npm run layers`).
 */
import type { Ability } from './abilities.js';

export interface Room {
  /** A folder with its closing slash, or how the paths of its modules begin. The first from above that fits a module is its room. */
  readonly path: string;
  readonly may: readonly Ability[];
  /** How the paths begin that rooms above may import, inside the room's folder. All of it when left out. */
  readonly door?: readonly string[];
  /** Not part of the library: it may import from inside any room. */
  readonly workshop?: true;
}

const workshop = (path: string, ...may: Ability[]): Room => ({ path, may, workshop: true });
const room = (path: string, ...may: Ability[]): Room => ({ path, may });

/** A room may import from the floors below its own, never from a room beside it or above. */
export const FLOORS: readonly (readonly Room[])[] = [
  [
    workshop(
      'bench/',
      'node',
      'tools',
      'tensors',
      'network',
      'backends',
      'adapter',
      'codecs',
      'camera',
      'page',
      'pictures',
      'requests',
      'computed',
      'detector',
      'starts',
    ),
    workshop('scripts/', 'node', 'tools', 'tensors'),
  ],
  [workshop('cli/', 'node', 'tensors', 'codecs')],
  [room('src/node', 'tensors', 'node', 'codecs')],
  [room('src/plan/node', 'tensors', 'node')],
  [room('src/gpu/node.ts', 'tensors', 'backends', 'adapter', 'node'), room('src/storage/node/', 'node')],
  [
    room('src/demo/', 'page', 'elements', 'kept', 'offline'),
    room('src/react.ts', 'frameworks'),
    room('src/vue.ts', 'frameworks'),
    room('src/svelte.ts', 'frameworks'),
  ],
  [room('src/index.ts'), room('src/define', 'page'), room('src/elementTypes.ts')],
  [room('src/recognizer.ts')],
  [
    room('src/components/recognise/', 'page', 'elements', 'pictures', 'camera'),
    room('src/components/train/', 'page', 'elements', 'pictures', 'charts'),
    room('src/components/evaluate/', 'page', 'elements'),
    room('src/components/models/', 'page', 'elements'),
    room('src/components/report/', 'page', 'elements', 'pictures'),
  ],
  [room('src/components/ui/', 'page', 'elements', 'charts')],
  [room('src/report/')],
  [room('src/analysis/', 'pictures')],
  [
    {
      ...room('src/training/', 'tensors', 'thread', 'pictures'),
      door: ['session/', 'config', 'progress', 'metrics', 'data/samples'],
    },
  ],
  [
    room('src/inference/', 'tensors', 'thread', 'pictures'),
    room('src/evaluation/', 'tensors', 'thread'),
    room('src/models/', 'tensors', 'thread', 'locks'),
  ],
  [room('src/detection/', 'tensors')],
  [room('src/plan/', 'tensors', 'adapter', 'requests')],
  [
    room('src/capture/', 'page', 'pictures', 'camera', 'requests', 'containers'),
    room('src/dataset/', 'pictures', 'locks'),
    room('src/reading/'),
  ],
  [room('src/faces/', 'detector', 'page', 'pictures', 'requests', 'computed'), room('src/network/', 'tensors')],
  [room('src/gpu/', 'tensors', 'backends', 'adapter'), room('src/weights/', 'requests')],
  [
    room('src/assets', 'address', 'page', 'starts'),
    room('src/storage/', 'archives', 'kept', 'engine'),
    room('src/worker/', 'thread', 'locks', 'address'),
  ],
  [room('src/messages/')],
  [room('src/base/')],
  [room('src/errors.ts'), room('src/expressions.ts'), room('schema/')],
];
