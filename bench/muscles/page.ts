/** The page's side: blendshapes and head pose by MediaPipe's face landmarker, and what the model says of the same face. */
import type { FaceLandmarker } from '@mediapipe/tasks-vision';
import { createRecognizer } from '../../src/inference/createRecognizer.js';
import type { Recognizer } from '../../src/inference/recognizer.js';
import { clipFrames } from '../landmarks/clipFrames.js';
import { anglesOf, bytesOf, createLandmarker, enlarged } from '../landmarks/landmarker.js';
import type { Pair } from './teacher.js';

/** The two look at one face where their middles lie no further apart than this, in widths of the box. */
const SAME_PLACE = 0.5;

let landmarker: FaceLandmarker | undefined;
let recognizer: Recognizer | undefined;

/** @param model the landmarker's task file, base64 */
export async function load(model: string): Promise<void> {
  landmarker = await createLandmarker(model, true);
}

/** Values of the faces in encoded crops (base64), null where none is found. Degrees are the last two. */
export async function teach(crops: readonly string[]): Promise<readonly (Readonly<Record<string, number>> | null)[]> {
  const values: (Readonly<Record<string, number>> | null)[] = [];
  for (const crop of crops) {
    const bitmap = await createImageBitmap(new Blob([bytesOf(crop)]));
    values.push(teacherOf(enlarged(bitmap))?.values ?? null);
    bitmap.close();
  }
  return values;
}

/** Pairs for the largest face of encoded pictures (base64); pictures in which the two do not see the same face are left out. */
export async function lookAtPictures(pictures: readonly string[]): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const picture of pictures) {
    const bitmap = await createImageBitmap(new Blob([bytesOf(picture)]));
    pairs.push(...(await look(bitmap)));
    bitmap.close();
  }
  return pairs;
}

/** Likewise for the frames of a clip (base64). */
export async function lookAtClip(clip: string): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for await (const frame of clipFrames(clip)) pairs.push(...(await look(frame)));
  return pairs;
}

async function look(bitmap: ImageBitmap): Promise<readonly Pair[]> {
  recognizer ??= await createRecognizer({ muscles: true, backend: 'wasm' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
  const seen = teacherOf(canvas);
  const { faces } = await recognizer.recognize(canvas, { maxFaces: 1 });
  const [face] = faces;
  if (seen === undefined || face?.muscles === undefined) return [];
  const { box } = face;
  const distance = Math.hypot(
    seen.middle.x * bitmap.width - box.x - box.width / 2,
    seen.middle.y * bitmap.height - box.y - box.height / 2,
  );
  return distance < SAME_PLACE * box.width ? [{ teacher: seen.values, ours: face.muscles }] : [];
}

function teacherOf(canvas: OffscreenCanvas) {
  if (landmarker === undefined) throw new Error('Nothing is loaded');
  const { faceLandmarks, faceBlendshapes, facialTransformationMatrixes } = landmarker.detect(canvas);
  const [points] = faceLandmarks;
  if (points === undefined) return undefined;
  const { yaw, pitch } = anglesOf(facialTransformationMatrixes[0].data);
  const shapes = faceBlendshapes[0].categories.map(({ categoryName, score }) => [categoryName, round(score)] as const);
  const mean = (axis: 'x' | 'y') => points.reduce((sum, point) => sum + point[axis] / points.length, 0);
  return {
    middle: { x: mean('x'), y: mean('y') },
    values: { ...Object.fromEntries(shapes), yaw: round(yaw), pitch: round(pitch) },
  };
}

/** Four decimals are all that the teacher's file needs. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
