export { acquireRecognizer } from './acquireRecognizer.js';
export { createRecognizer } from './createRecognizer.js';
export type * from './observation.js';
export type * from './recognizer.js';
