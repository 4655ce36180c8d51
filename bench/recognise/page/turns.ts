/** The page of `npm run bench -- recognise`: contestants in frames of it, reading the same pictures in turn. */
import type { ContestantName } from '../contestants.js';
import type { Scene } from '../scenes.js';
import type { Seat, TimedFrame } from './frame.js';
import { openFilm } from './pictures.js';

export interface TurnLimits {
  readonly rounds: number;
  /** A scene ends after this time, though rounds are left. */
  readonly seconds: number;
}

/** Every measured frame of every contestant, in the order of the rounds. */
export type Turns = Readonly<Partial<Record<ContestantName, readonly TimedFrame[]>>>;

/** Rounds before measuring: kernels are compiled and memory is taken. */
const WARM_UP = 3;
/** Then more frames for those that go on from one to the next: small faces are searched for over some of them, caches fill. */
const SETTLING = 45;
const STATEFUL: readonly ContestantName[] = ['qcs-fer', 'qcs-fer-webgpu', 'human'];
const LEAST_ROUNDS = 3;

const seats = new Map<ContestantName, Seat>();

/** Loads the contestants that are not there yet, one after the other. */
export async function load(names: readonly ContestantName[]): Promise<void> {
  for (const name of names) {
    if (seats.has(name)) continue;
    const place = document.createElement('iframe');
    place.src = `frame.html?${name}`;
    document.body.append(place);
    await new Promise((loaded) => {
      place.addEventListener('load', loaded, { once: true });
    });
    const { seat } = place.contentWindow as Window & { readonly seat: Seat };
    await seat.load();
    seats.set(name, seat);
  }
}

/** A, B, A, B: in every round each contestant reads the round's frame once. */
export async function takeTurns(scene: Scene, names: readonly ContestantName[], limits: TurnLimits): Promise<Turns> {
  const film = await openFilm(scene);
  const frames = new Map(names.map((name) => [name, [] as TimedFrame[]]));
  let index = 0;
  const round = async (readers: readonly ContestantName[]): Promise<void> => {
    const frame = await film.frame(index);
    for (const name of readers) {
      frames.get(name)!.push(await seats.get(name)!.read(frame, film.time(index)));
      await pause();
    }
    frame.close();
    index++;
  };
  const rounds = async (readers: readonly ContestantName[], least: number, most: number): Promise<void> => {
    const begun = performance.now();
    for (let done = 0; done < most && (done < least || performance.now() - begun < limits.seconds * 1000); done++) {
      await round(readers);
    }
  };
  await rounds(names, 1, WARM_UP);
  const stateful = names.filter((name) => STATEFUL.includes(name));
  if (stateful.length > 0) await rounds(stateful, 1, SETTLING);
  for (const taken of frames.values()) taken.length = 0;
  await rounds(names, LEAST_ROUNDS, limits.rounds);
  return Object.fromEntries(frames);
}

/** Lets the page do what a contestant has left for later, outside of the next one's time. */
function pause(): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, 0);
  });
}
