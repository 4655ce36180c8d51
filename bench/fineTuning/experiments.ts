/** The experiments: what is learned, from which images, and on which it is measured. FERPlus's test split takes part in none. */
import type { SplitSamples } from '../../src/training/data/samples.js';
import { readPerson } from '../landmarks/person.js';
import { DOMAIN_NAMES, DOMAINS, type DomainName } from './domains.js';
import { readFaces, samplesOf } from './faces.js';
import { classesOf, readStateFaces, STATE_SETS, type StateSetName, stateSamples } from './faceStates.js';
import { PERSON_TITLES, personSamples, type PersonSetName } from './person.js';
import { CLASSES } from './shipped.js';

export interface DrawOptions {
  /** A class, to learn from. */
  readonly images: number;
  /** A class at most, to measure on; the same for every seed. */
  readonly test: number;
  readonly seed: number;
}

/** Labelled images, opened once. */
export interface OpenedExperiment {
  readonly sets: readonly string[];
  classes(set: string): readonly string[];
  draw(set: string, options: DrawOptions): Promise<SplitSamples>;
}

export interface Experiment {
  /** Names of sets with what they are. */
  readonly titles: Readonly<Record<string, string>>;
  /**
   * @param data FERPlus's folder
   * @param states the file that `npm run bench -- landmarks` wrote
   * @param person the file that `npm run bench -- person` wrote
   */
  open(data: string, states: string, person: string): Promise<OpenedExperiment>;
}

export const EXPERIMENTS = {
  /** FERPlus as other cameras and collections would have it. */
  'new-domain': {
    titles: Object.fromEntries(DOMAIN_NAMES.map((name) => [name, DOMAINS[name].title])),
    open: async (data) => {
      const faces = await readFaces(data);
      return {
        sets: DOMAIN_NAMES,
        classes: () => CLASSES,
        draw: (set, options) => samplesOf(faces, set as DomainName, options),
      };
    },
  },
  /** Classes that are no sum of the model's, labelled by MediaPipe's face landmarker. */
  'new-classes': {
    titles: Object.fromEntries(
      Object.keys(STATE_SETS).map((name) => [name, classesOf(name as StateSetName).join(', ')]),
    ),
    open: async (data, states) => {
      const faces = await readStateFaces(data, states);
      return {
        sets: Object.keys(STATE_SETS),
        classes: (set) => classesOf(set as StateSetName),
        draw: (set, options) => stateSamples(faces, set as StateSetName, options),
      };
    },
  },
  /** One person, calibrated by the first takes and measured on the last; beside it what other people teach about the same person. */
  person: {
    titles: PERSON_TITLES,
    open: async (data, states, person) => {
      const [faces, others] = [await readPerson(person), await readStateFaces(data, states)];
      return {
        sets: Object.keys(PERSON_TITLES),
        classes: () => classesOf('mouth'),
        draw: (set, options) => personSamples(set as PersonSetName, faces, others, options),
      };
    },
  },
} as const satisfies Readonly<Record<string, Experiment>>;

export type ExperimentName = keyof typeof EXPERIMENTS;
