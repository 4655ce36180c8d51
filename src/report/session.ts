/** A video or a recorded camera session with what a person has added to it. */
import type { Analysis } from '../analysis/analysis.js';
import { joinPeople } from '../analysis/joinPeople.js';

/** A moment that somebody marked. */
export interface Marker {
  /** Seconds from the first frame. */
  readonly time: number;
  readonly text: string;
}

/** A small picture of a face, upright and square. */
export interface FacePicture {
  readonly person: number;
  /** Seconds. */
  readonly time: number;
  /** JPEG as a `data:` address. */
  readonly url: string;
}

export interface Session {
  readonly kind: 'video' | 'camera';
  /** Name of the file, or what the person calls the session. */
  readonly title: string;
  /** When it was analysed or recorded, ISO 8601. */
  readonly date: string;
  readonly analysis: Analysis;
  /** By time. */
  readonly markers: readonly Marker[];
  /** What people are called here, by their numbers. */
  readonly names: ReadonlyMap<number, string>;
  readonly notes: string;
  /** By person, then by time. */
  readonly pictures: readonly FacePicture[];
}

/** A session as it comes out of an analysis, with nothing added. */
export function newSession(
  kind: Session['kind'],
  title: string,
  analysis: Analysis,
  pictures: readonly FacePicture[] = [],
  markers: readonly Marker[] = [],
): Session {
  const date = new Date().toISOString();
  return { kind, title, date, analysis, markers, names: new Map(), notes: '', pictures };
}

/** The session with two people as one; as it was where both were seen at the same time. Name and pictures go along. */
export function joinedSession(session: Session, person: number, other: number): Session {
  const analysis = joinPeople(session.analysis, person, other);
  if (analysis === session.analysis) return session;
  const names = new Map(session.names);
  const name = names.get(person) ?? names.get(other);
  names.delete(other);
  if (name !== undefined) names.set(person, name);
  const pictures = session.pictures
    .map((picture) => (picture.person === other ? { ...picture, person } : picture))
    .toSorted((first, second) => first.person - second.person || first.time - second.time);
  return { ...session, analysis, names, pictures };
}

/** A picture further than this from a moment does not show it, seconds. */
const NEAR = 2;

/** The picture of a person that was taken closest to a moment; undefined where none is near. */
export function nearestPicture(
  pictures: readonly FacePicture[],
  person: number,
  time: number,
): FacePicture | undefined {
  const distance = (picture: FacePicture) => Math.abs(picture.time - time);
  return pictures
    .filter((picture) => picture.person === person && distance(picture) <= NEAR)
    .reduce<FacePicture | undefined>(
      (best, picture) => (best === undefined || distance(picture) < distance(best) ? picture : best),
      undefined,
    );
}
