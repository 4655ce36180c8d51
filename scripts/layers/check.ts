/** Holds modules to the table of floors. */
import { posix } from 'node:path';
import { type Ability, ABILITIES } from './abilities.js';
import { type Module, readModule, type Request } from './readModule.js';
import { FLOORS, type Room } from './table.js';

/** TypeScript and JavaScript by path from the repository's root, such as `src/index.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** What is amiss, a sentence each; empty where every module keeps to the table. */
export function violations(sources: Sources): readonly string[] {
  const modules = new Map([...sources].map(([path, source]) => [path, readModule(path, source)]));
  return [...modules].flatMap(([path, module]) => {
    const room = roomOf(path);
    if (room === null) return [`${path} stands in no room of scripts/layers/table.ts.`];
    return [
      ...module.requests.flatMap((request) => refusedRequest(path, room, request) ?? []),
      ...refusedNames(path, room, module),
      ...loadedTensors(path, room, modules),
    ];
  });
}

/** The room of a module: the first from above whose path fits; null where none does. */
export function roomOf(path: string): Room | null {
  return FLOORS.flat().find((room) => path.startsWith(room.path)) ?? null;
}

function refusedRequest(path: string, room: Room, { specifier, asking }: Request): string | null {
  if (specifier === null || specifier.startsWith('/')) {
    return may(room, 'computed') ? null : `${path} imports from a computed address.`;
  }
  if (asking !== 'address' && !specifier.startsWith('.')) return refusedPackage(path, room, specifier);
  const target = targetOf(path, specifier);
  const other = roomOf(target);
  if (other === room) return null;
  if (asking === 'address') return may(room, 'starts') ? null : `${path} names ${target} as a worker’s module.`;
  if (other === null) return room.workshop ? null : `${path} imports ${target}, which stands in no room.`;
  if (floorOf(other) <= floorOf(room)) return `${path} imports ${target}: ${other.path} is not below ${room.path}.`;
  const inside = target.slice(other.path.length);
  if (room.workshop || other.door === undefined || other.door.some((open) => inside.startsWith(open))) return null;
  return `${path} imports ${target}, which is behind the door of ${other.path}.`;
}

function refusedPackage(path: string, room: Room, specifier: string): string | null {
  const allowed = room.may.some((ability) =>
    (ABILITIES[ability].packages ?? []).some((name) => fits(name, specifier) || specifier.startsWith(`${name}/`)),
  );
  return allowed ? null : `${path} imports the package ${specifier}, which ${room.path} may not.`;
}

/** A member that has an entry of its own counts before the global that it is taken from: `document.baseURI` before `document`. */
function refusedNames(path: string, room: Room, { names }: Module): readonly string[] {
  return [...names].flatMap((name) => {
    const granting =
      [name, name.replace(/\..*/, '')].map(abilitiesOver).find((abilities) => abilities.length > 0) ?? [];
    if (granting.length === 0 || granting.some((ability) => may(room, ability))) return [];
    return [`${path} uses the global ${name}, which ${room.path} may not.`];
  });
}

function abilitiesOver(name: string): readonly Ability[] {
  const all = Object.keys(ABILITIES) as Ability[];
  return all.filter((ability) => ABILITIES[ability].globals?.some((pattern) => fits(pattern, name)));
}

/** A room without TensorFlow.js does not get it by the way either: through modules that are loaded together with its own. */
function loadedTensors(path: string, room: Room, modules: ReadonlyMap<string, Module>): readonly string[] {
  if (may(room, 'tensors')) return [];
  const reached = new Set([path]);
  for (const at of reached) {
    for (const { specifier, asking } of modules.get(at)?.requests ?? []) {
      if (specifier === null || asking !== 'value') continue;
      if (specifier.startsWith('@tensorflow/')) return [`${path} loads TensorFlow.js, by way of ${at}.`];
      if (specifier.startsWith('.')) reached.add(targetOf(at, specifier));
    }
  }
  return [];
}

/** The module that a relative specifier means. */
function targetOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

function may(room: Room, ability: Ability): boolean {
  return room.may.includes(ability);
}

function floorOf(room: Room): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** `*` stands for any letters. */
function fits(pattern: string, name: string): boolean {
  const [before = '', after] = pattern.split('*');
  return after === undefined ? name === pattern : name.startsWith(before) && name.endsWith(after);
}
