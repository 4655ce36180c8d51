/** Asks why a face in the stage was read as it was. A live picture goes on, so one frame of it is kept and read anew. */
import { overlap } from '../../../faces/geometry.js';
import type { FaceObservation } from '../../../inference/observation.js';
import type { Prior } from '../../../inference/observation.js';
import type { Recognizer } from '../../../inference/recognizer.js';
import type { Explanation } from '../../../reading/explanation/explanation.js';
import { isMoving, type Picture } from '../qcs-fer/picture.js';

/** An explanation with the picture of which it tells. */
export interface ExplainedMoment {
  readonly explanation: Explanation;
  readonly face: FaceObservation;
  readonly picture: HTMLCanvasElement | ImageBitmap;
}

/** Undefined where the face had left before the frame was kept. */
export async function explainMoment(
  picture: Picture,
  face: FaceObservation,
  recognizer: Recognizer,
  prior: Prior,
): Promise<ExplainedMoment | undefined> {
  if (!isMoving(picture) && picture.frames instanceof HTMLCanvasElement) {
    return { explanation: await recognizer.explain(face, picture.frames, { prior }), face, picture: picture.frames };
  }
  const frame = await createImageBitmap(picture.frames);
  const { faces } = await recognizer.recognize(frame, { mode: 'still', prior });
  const [nearest] = faces.toSorted((first, second) => overlap(second.box, face.box) - overlap(first.box, face.box));
  if (nearest === undefined || overlap(nearest.box, face.box) === 0) return undefined;
  return { explanation: await recognizer.explain(nearest, frame, { prior }), face: nearest, picture: frame };
}
