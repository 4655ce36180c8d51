/** What the parts of `<qcs-evaluate>` are handed to speak with. */
import type { evaluate } from '../../messages/evaluate/en.js';
import type { Words } from '../../messages/words.js';

export type EvaluateWords = Words<typeof evaluate>;
