/** The table of floors as the text that docs/architecture.md shows. */
import { type Ability, ABILITIES } from './abilities.js';
import { FLOORS, type Room } from './table.js';

const BEGIN = '<!-- layers: `npm run layers` writes what follows -->';
const END = '<!-- end of layers -->';

/** The floors from the top down, then who in `src/` may use what. */
export function diagram(): string {
  const floors = FLOORS.map((rooms) => `  ${rooms.map(nameOf).join('  |  ')}`);
  const library = FLOORS.flat().filter(({ workshop }) => workshop !== true);
  const uses = (Object.keys(ABILITIES) as Ability[]).flatMap((ability) => {
    const rooms = library.filter((room) => room.may.includes(ability));
    return rooms.length === 0 ? [] : `  ${ABILITIES[ability].means.padEnd(29)} ${namesOf(rooms)}`;
  });
  return ['```', ...floors, '', 'Who may use', ...uses, '```'].join('\n');
}

/** The document with the diagram in its place. @throws Error where the place is missing. */
export function withDiagram(text: string): string {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/architecture.md lacks ${BEGIN} or ${END}.`);
  return `${before}${BEGIN}\n${diagram()}\n${END}${after}`;
}

/** Their names; all tabs of the components in one word. */
function namesOf(rooms: readonly Room[]): string {
  const names = rooms.map(nameOf);
  const tabs = FLOORS.flat()
    .map(nameOf)
    .filter((name) => name.startsWith('components/'));
  const all = tabs.every((name) => names.includes(name));
  return [...new Set(names.map((name) => (all && tabs.includes(name) ? 'components/*' : name)))].join(', ');
}

/** With a star where the path begins the names of several modules. */
function nameOf({ path }: Room): string {
  const name = path.replace(/^src\//, '').replace(/\/$|\.ts$/, '');
  return path.endsWith('/') || path.endsWith('.ts') ? name : `${name}*`;
}
