import type { Area } from '../area.js';
import { evaluate } from './en.js';

/** What `<qcs-evaluate>` says, in the page and on paper. */
export const evaluateArea: Area<typeof evaluate> = {
  name: 'evaluate',
  english: evaluate,
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
