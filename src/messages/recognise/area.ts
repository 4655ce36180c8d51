import type { Area } from '../area.js';
import { recognise } from './en.js';

/** `<qcs-fer>` and its parts. */
export const recogniseArea: Area<typeof recognise> = {
  name: 'recognise',
  english: recognise,
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
