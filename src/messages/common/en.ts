/** Expressions, why a face is not clear, and words that all elements share. */
import type { Catalogue } from '../message.js';

export const common = {
  // Inside a sentence; where one stands alone its first letter is made a capital.
  'expression.neutral': 'neutral',
  'expression.happiness': 'happiness',
  'expression.surprise': 'surprise',
  'expression.sadness': 'sadness',
  'expression.anger': 'anger',
  'expression.disgust': 'disgust',
  'expression.fear': 'fear',
  'expression.contempt': 'contempt',

  // Never as a fact about a person: a face looks like an expression.
  looksLike: 'Looks like {expression}',
  looksLikeShare: 'Looks like {expression}, {share}',
  notClear: 'Not clear',
  notClearReason: 'Not clear: {reason}',
  notClearPerhaps: 'Not clear, perhaps {expression}, {share}',
  perhaps: 'perhaps {expression}',
  peopleOfTen: {
    one: '{count} of ten people would say {expression}',
    other: '{count} of ten people would say {expression}',
  },
  peopleDisagree: 'People would disagree: {expressions}',
  noFace: 'No face',
  faces: { one: '{count} face', other: '{count} faces' },

  // Clauses behind "Not clear:".
  'unclear.cut': 'the face is cut off',
  'unclear.turned': 'the face is turned {angle}',
  'unclear.up': 'the face looks {angle} up',
  'unclear.down': 'the face looks {angle} down',
  'unclear.small': { one: 'the face is only {count} pixel wide', other: 'the face is only {count} pixels wide' },
  'unclear.blurred': 'the face is blurred',
  'unclear.noisy': 'the picture is noisy',
  'unclear.covered': 'part of the face seems to be covered',
  'unclear.dark': 'the face is too dark',
  'unclear.bright': 'the face is too bright',

  cancel: 'Cancel',
  close: 'Close',
  progress: 'Progress',
  tryAgain: 'Try again',
  inEnglish: 'In English',

  // From the lower to the upper end.
  range: '{low} to {high}',
  interval: '95 % interval',

  matrix: 'Confusion matrix',
  matrixCaption: 'Row: what people say it is. Column: what the model says.',
  matrixCell: '{count} of {total} {label} called {predicted}',
  matrixCellExact: '{count} of {total} {label} called {predicted}: {share} ({interval})',
} as const satisfies Catalogue;
