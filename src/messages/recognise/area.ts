import type { Area } from '../area.js';
import { recognise } from './en.js';

/** `<qcs-fer>` and its parts. */
export const recogniseArea: Area<typeof recognise> = {
  name: 'recognise',
  english: recognise,
  load: {},
};
