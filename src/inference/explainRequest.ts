/** What is asked when a face is to be explained: by a caller, and as plain data on its way to an engine. */
import type { Keypoints } from '../faces/geometry.js';
import type { Prior } from '../reading/prior.js';
import type { FaceObservation } from './observation.js';

/** What an observation says of the face: all that it takes to find it again in its picture. */
export type ExplainedFace = Pick<FaceObservation, 'keypoints' | 'expression' | 'probabilities'>;

export interface ExplainOptions {
  /** What to explain. Default: the face's own expression. */
  readonly expression?: string;
  /** What to hold it against. Default: the most probable of the others. */
  readonly against?: string;
  /** Default `trained`. */
  readonly prior?: Prior;
}

/** What is asked, as plain data, so that it reaches a worker too. */
export interface ExplainRequest {
  /** In pixels of the source. */
  readonly keypoints: Keypoints;
  readonly expression: string;
  readonly against: string;
  readonly prior: Prior;
  /** Size of the source, of which the frame may be a smaller copy. */
  readonly width: number;
  readonly height: number;
}

/** What a caller asks, with the face's own answer where nothing else is said. */
export function explainRequest(face: ExplainedFace, options: ExplainOptions): Omit<ExplainRequest, 'width' | 'height'> {
  const expression = options.expression ?? face.expression;
  const runnerUp = Object.entries(face.probabilities)
    .filter(([name]) => name !== expression)
    .reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return {
    keypoints: face.keypoints,
    expression,
    against: options.against ?? runnerUp[0],
    prior: options.prior ?? 'trained',
  };
}
