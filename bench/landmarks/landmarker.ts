/** MediaPipe's face landmarker in a page of the benches. */
import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { assetUrls } from '../../src/assets.js';
import { createCanvas } from '../../src/faces/canvas.js';
import { stopUsageLogging } from '../../src/faces/usageLogging.js';
import { withVisionRuntime } from '../../src/faces/visionRuntime.js';

/** A face crop is shown enlarged to this many pixels, in the middle of a square canvas of the second number. */
const ENLARGED = 256;
const CANVAS = 448;

/** @param model the landmarker's task file, base64 */
export function createLandmarker(model: string, withBlendshapes = false): Promise<FaceLandmarker> {
  const { visionBinary } = assetUrls();
  return withVisionRuntime({ visionBinary }, {}, async (fileset) => {
    const landmarker = await FaceLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: bytesOf(model), delegate: 'CPU' },
      canvas: createCanvas(1, 1),
      runningMode: 'IMAGE',
      outputFacialTransformationMatrixes: true,
      outputFaceBlendshapes: withBlendshapes,
    });
    stopUsageLogging(landmarker);
    return landmarker;
  });
}

/**
 * Degrees from a 4 x 4 matrix, column by column, of a head whose x points to the left of the person, y up and z to the camera. Yaw is positive towards the
 * person's left, pitch upwards, roll towards the person's right shoulder, which turns the picture clockwise.
 */
export function anglesOf(matrix: readonly number[]): { yaw: number; pitch: number; roll: number } {
  const at = (row: number, column: number) => matrix[column * 4 + row];
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  return {
    yaw: degrees(Math.atan2(at(0, 2), at(2, 2))),
    pitch: degrees(Math.asin(at(1, 2))),
    roll: degrees(Math.atan2(-at(1, 0), at(1, 1))),
  };
}

/** A face crop as the landmarker wants to see it: large, with room around. */
export function enlarged(bitmap: ImageBitmap): OffscreenCanvas {
  const canvas = new OffscreenCanvas(CANVAS, CANVAS);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The browser gives no 2d context');
  context.fillStyle = '#808080';
  context.fillRect(0, 0, CANVAS, CANVAS);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (CANVAS - ENLARGED) / 2, (CANVAS - ENLARGED) / 2, ENLARGED, ENLARGED);
  return canvas;
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
