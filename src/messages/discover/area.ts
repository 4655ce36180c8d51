import type { Area } from '../area.js';
import { discover } from './en.js';

/** What helps to try things: the tour, the game, the drawn faces. */
export const discoverArea: Area<typeof discover> = {
  name: 'discover',
  english: discover,
  load: {
    ko: () => import('./ko.js'),
    zh: () => import('./zh.js'),
    ja: () => import('./ja.js'),
    es: () => import('./es.js'),
    fr: () => import('./fr.js'),
    de: () => import('./de.js'),
    pt: () => import('./pt.js'),
    hi: () => import('./hi.js'),
    ar: () => import('./ar.js'),
  },
};
