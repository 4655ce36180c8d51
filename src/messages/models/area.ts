import type { Area } from '../area.js';
import { models } from './en.js';

/** What `<qcs-models>` says. */
export const modelsArea: Area<typeof models> = {
  name: 'models',
  english: models,
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
