import type { Area } from '../area.js';
import { report } from './en.js';

/** Reports of videos and recordings, in the page and on paper. */
export const reportArea: Area<typeof report> = {
  name: 'report',
  english: report,
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
