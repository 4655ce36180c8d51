import type { QcsErrorCode } from '../../errors.js';
import type { Area } from '../area.js';
import type { Translation } from '../message.js';
import { common } from './en.js';

/** What happened and what to do, by `error.` and the code. English has none: an error's own message is English and names the particulars. */
export type ErrorTexts = Readonly<Record<`error.${QcsErrorCode}`, string>>;

/** What a file of another language holds. */
export type CommonTexts = Translation<typeof common> & ErrorTexts;

/** Expressions, why a face is not clear, errors, and words that all elements share. */
export const commonArea: Area<typeof common, CommonTexts> = {
  name: 'common',
  english: common,
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
