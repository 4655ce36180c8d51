/** Every reader of files that come from elsewhere. */
import type { Parser } from './contract.js';
import { ARCHIVE_PARSERS } from './parsers/archives.js';
import { MODEL_PARSERS } from './parsers/models.js';
import { PICTURE_PARSERS } from './parsers/pictures.js';
import { RUN_PARSERS } from './parsers/runs.js';
import { CREMA_D_PARSERS } from './parsers/cremad.js';
import { TABLE_PARSERS } from './parsers/tables.js';

export { fuzz, MOST_SECONDS, type FuzzReport, type Parser } from './contract.js';

export const PARSERS = [
  ...MODEL_PARSERS,
  ...RUN_PARSERS,
  ...TABLE_PARSERS,
  ...CREMA_D_PARSERS,
  ...ARCHIVE_PARSERS,
  ...PICTURE_PARSERS,
] as readonly Parser<unknown>[];
