/** Stretches of expressions as an ELAN document (EAF 3.0): a tier a person, and one of markers. */
import { escapeMarkup } from '../../base/markup.js';
import type { Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { nameOf } from '../words.js';

interface Annotation {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** Markers have no length, and ELAN shows nothing without one, ms. */
const MARKER_LENGTH = 100;

/** Times are whole milliseconds from the first frame. */
export function sessionElan(session: Session, episodes: readonly Episode[]): string {
  const { analysis, markers, title, kind, date } = session;
  const ms = (seconds: number) => Math.round(seconds * 1000);
  const tiers = [
    ...analysis.people.map(({ id }) => ({
      name: nameOf(session, id),
      annotations: episodes
        .filter(({ person }) => person === id)
        .map(({ from, to, expression }) => ({ from: ms(from), to: ms(to), value: expression ?? 'unclear' }))
        .filter(({ from, to }) => to > from),
    })),
    {
      name: 'Markers',
      annotations: markers.map(({ time, text }) => ({ from: ms(time), to: ms(time) + MARKER_LENGTH, value: text })),
    },
  ];
  const times = [...new Set(tiers.flatMap(({ annotations }) => annotations.flatMap(({ from, to }) => [from, to])))];
  const slots = new Map(
    times.toSorted((first, second) => first - second).map((time, index) => [time, `ts${index + 1}`]),
  );
  let annotations = 0;
  const tierOf = (
    name: string,
    list: readonly Annotation[],
  ) => `  <TIER LINGUISTIC_TYPE_REF="default" TIER_ID="${escapeMarkup(name)}">
${list
  .map(
    ({ from, to, value }) =>
      `    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a${++annotations}" TIME_SLOT_REF1="${slots.get(from)}" TIME_SLOT_REF2="${slots.get(to)}"><ANNOTATION_VALUE>${escapeMarkup(value)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n`,
  )
  .join('')}  </TIER>`;
  const file = escapeMarkup(title);
  const video =
    kind === 'video'
      ? `    <MEDIA_DESCRIPTOR MEDIA_URL="file:///${encodeURIComponent(title)}" MIME_TYPE="${mimeOf(title)}" RELATIVE_MEDIA_URL="./${encodeURIComponent(title)}"/>\n`
      : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="QCS-FER" DATE="${date.slice(0, 19)}+00:00" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
${video}    <PROPERTY NAME="source">${file}</PROPERTY>
  </HEADER>
  <TIME_ORDER>
${[...slots].map(([time, slot]) => `    <TIME_SLOT TIME_SLOT_ID="${slot}" TIME_VALUE="${time}"/>\n`).join('')}  </TIME_ORDER>
${unique(tiers)
  .map(({ name, annotations: list }) => tierOf(name, list))
  .join('\n')}
  <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
`;
}

const TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

function mimeOf(title: string): string {
  return new Map(Object.entries(TYPES)).get(title.split('.').at(-1)?.toLowerCase() ?? '') ?? 'unknown';
}

/** ELAN tells tiers by their names: equal ones are numbered. */
export function unique<T extends { readonly name: string }>(tiers: readonly T[]): T[] {
  const taken = new Set<string>();
  return tiers.map((tier) => {
    let name = tier.name;
    for (let count = 2; taken.has(name); count++) name = `${tier.name} ${count}`;
    taken.add(name);
    return { ...tier, name };
  });
}
