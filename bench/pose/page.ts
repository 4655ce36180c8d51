/** The page's side: the detector's points of the largest face in a picture, and the head's angles by MediaPipe's face landmarker. */
import type { FaceLandmarker } from '@mediapipe/tasks-vision';
import { assetUrls } from '../../src/assets.js';
import { context2d, createCanvas, type Frame } from '../../src/faces/canvas.js';
import { FaceDetector } from '../../src/faces/detector.js';
import { area, type DetectedFace, type Point } from '../../src/faces/geometry.js';
import { detectAllFaces } from '../../src/faces/stillDetector.js';
import { clipFrames } from '../landmarks/clipFrames.js';
import { anglesOf, bytesOf, createLandmarker, enlarged } from '../landmarks/landmarker.js';
import type { Sighting } from './sighting.js';

/** The landmarker works on the whole picture, in which the largest face must be the same. */
const SAME_PLACE = 0.5;

let detector: FaceDetector | undefined;
let landmarker: FaceLandmarker | undefined;

/** @param model the landmarker's task file, base64 */
export async function load(model: string): Promise<void> {
  const { detector: weights, visionBinary } = assetUrls();
  detector = await FaceDetector.create({ detector: weights, visionBinary });
  landmarker = await createLandmarker(model);
}

/** Sightings in encoded pictures (base64), null where one of the two finds no face. `isCrop`: the picture is nothing but a face. */
export async function lookAtPictures(pictures: readonly string[], isCrop: boolean): Promise<(Sighting | null)[]> {
  const sightings: (Sighting | null)[] = [];
  for (const picture of pictures) {
    const bitmap = await createImageBitmap(new Blob([bytesOf(picture)]));
    sightings.push(await look(isCrop ? enlarged(bitmap) : bitmap));
    bitmap.close();
  }
  return sightings;
}

/** Sightings in the frames of a clip (base64). */
export async function lookAtClip(clip: string): Promise<(Sighting | null)[]> {
  const sightings: (Sighting | null)[] = [];
  for await (const frame of clipFrames(clip)) sightings.push(await look(frame));
  return sightings;
}

async function look(frame: Frame): Promise<Sighting | null> {
  if (detector === undefined || landmarker === undefined) throw new Error('Nothing is loaded');
  const canvas = createCanvas(frame.width, frame.height);
  context2d(canvas).drawImage(frame, 0, 0);
  const [face] = (await detectAllFaces(detector, canvas)).toSorted((a, b) => area(b.box) - area(a.box));
  if (face === undefined) return null;
  const { faceLandmarks, facialTransformationMatrixes } = landmarker.detect(canvas);
  const index = faceLandmarks.findIndex((points) => isAt(face, points, frame));
  if (index === -1) return null;
  return {
    keypoints: face.keypoints,
    width: frame.width,
    height: frame.height,
    ...anglesOf(facialTransformationMatrixes[index].data),
  };
}

function isAt({ box }: DetectedFace, points: readonly Point[], { width, height }: Frame): boolean {
  const middle = points.reduce((sum, { x, y }) => ({ x: sum.x + x / points.length, y: sum.y + y / points.length }), {
    x: 0,
    y: 0,
  });
  const distance = Math.hypot(middle.x * width - box.x - box.width / 2, middle.y * height - box.y - box.height / 2);
  return distance < SAME_PLACE * box.width;
}
