/** Results as the tests of components and demo make them. */
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import type { FaceObservation, FrameObservation } from '../../../src/inference/observation.js';

const point = { x: 0, y: 0 };
const keypoints = { rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point };

export function face(id: number, expression: string, confidence = 0.8, width = 50): FaceObservation {
  const other = expression === 'neutral' ? 'anger' : 'neutral';
  return {
    id,
    box: { x: 10, y: 20, width, height: width },
    score: 0.9,
    keypoints,
    expression,
    confidence,
    probabilities: { [expression]: confidence, [other]: 1 - confidence },
    conditions: CLEAR_CONDITIONS,
  };
}

export function frame(timestamp: number, faces: readonly FaceObservation[]): FrameObservation {
  return { faces, timing: { detect: 5, align: 1, infer: 20, total: 26 }, width: 640, height: 480, timestamp };
}
