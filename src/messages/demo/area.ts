import type { Area } from '../area.js';
import { demo } from './en.js';

/** The demo page around the elements. */
export const demoArea: Area<typeof demo> = {
  name: 'demo',
  english: demo,
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
