/** The page's side: what MediaPipe's face landmarker sees in face crops. */
import type { FaceLandmarker } from '@mediapipe/tasks-vision';
import { anglesOf, bytesOf, createLandmarker, enlarged } from './landmarker.js';
import type { FaceState } from './faceState.js';

/** Points of the face mesh: the inner lips' middle above and below, and the corners of the mouth. */
const [UPPER_LIP, LOWER_LIP, RIGHT_CORNER, LEFT_CORNER] = [13, 14, 61, 291];

let landmarker: FaceLandmarker | undefined;

/** @param model the landmarker's task file, base64 */
export async function load(model: string): Promise<void> {
  landmarker = await createLandmarker(model, true);
}

/** States of the faces in encoded crops (base64), null where no face is found. */
export async function lookAtCrops(crops: readonly string[]): Promise<(FaceState | null)[]> {
  const states: (FaceState | null)[] = [];
  for (const crop of crops) {
    const bitmap = await createImageBitmap(new Blob([bytesOf(crop)]));
    states.push(look(enlarged(bitmap)));
    bitmap.close();
  }
  return states;
}

function look(canvas: OffscreenCanvas): FaceState | null {
  if (landmarker === undefined) throw new Error('Nothing is loaded');
  const { faceLandmarks, faceBlendshapes, facialTransformationMatrixes } = landmarker.detect(canvas);
  const [points] = faceLandmarks;
  if (points === undefined) return null;
  const distance = (first: number, second: number): number =>
    Math.hypot(points[first].x - points[second].x, points[first].y - points[second].y);
  const shapes = new Map(faceBlendshapes[0].categories.map(({ categoryName, score }) => [categoryName, score]));
  const { yaw } = anglesOf(facialTransformationMatrixes[0].data);
  return {
    lips: round(distance(UPPER_LIP, LOWER_LIP) / distance(RIGHT_CORNER, LEFT_CORNER)),
    rightBlink: round(shapes.get('eyeBlinkRight')!),
    leftBlink: round(shapes.get('eyeBlinkLeft')!),
    yaw: round(yaw),
  };
}

/** Three decimals are all that the file of states needs. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

let video: HTMLVideoElement | undefined;

/** @param file base64 @returns its seconds */
export async function openVideo(file: string): Promise<number> {
  video = document.createElement('video');
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytesOf(file)]));
  await happens(video, 'loadeddata');
  // Recordings of browsers know their length only once their end was sought.
  if (!Number.isFinite(video.duration)) {
    video.currentTime = Number.MAX_SAFE_INTEGER;
    await happens(video, 'seeked');
  }
  return video.duration;
}

/** A frame of the opened video as a PNG, base64. @param time seconds */
export async function frameAt(time: number): Promise<string> {
  if (video === undefined) throw new Error('No video is open');
  const sought = happens(video, 'seeked');
  video.currentTime = time;
  await sought;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
}

function happens(element: HTMLVideoElement, name: string): Promise<Event> {
  return new Promise((resolve, reject) => {
    element.addEventListener(name, resolve, { once: true });
    element.addEventListener('error', () => reject(new Error('The video cannot be read')), { once: true });
  });
}
