import { expect, test } from 'vitest';
import { SessionRecorder } from '../../../src/components/report/session-recorder.js';
import type { FrameObservation } from '../../../src/inference/observation.js';
import { FAKE_MODEL, faceOf } from './fakeRecognizer.js';

const SIZE = 100;
function observed(timestamp: number): FrameObservation {
  const box = { x: 30, y: 30, width: 40, height: 40 };
  return {
    timestamp,
    width: SIZE,
    height: SIZE,
    faces: [faceOf({ id: 1, expression: 'happiness', box })],
    timing: { detect: 1, align: 1, infer: 1, total: 3 },
  };
}

test('a recording keeps the picture of the frame that was read, not that of the moment when its result came', async () => {
  const video = document.createElement('canvas');
  Object.assign(video, { width: SIZE, height: SIZE });
  const show = (colour: string) => {
    const context = video.getContext('2d')!;
    context.fillStyle = colour;
    context.fillRect(0, 0, SIZE, SIZE);
  };
  const recorder = new SessionRecorder();
  for (const [timestamp, colour] of [
    [1000, 'rgb(255 0 0)'],
    [2000, 'rgb(0 255 0)'],
    [3000, 'rgb(0 0 255)'],
  ] as const) {
    show(colour);
    recorder.see(timestamp, video);
    show('black');
    // No result ever comes of the second.
    if (timestamp !== 2000) recorder.add(observed(timestamp));
  }
  const { pictures, analysis } = await recorder.finish('Camera session', 'full', FAKE_MODEL, 'trained');
  expect(analysis.rows.map(({ time }) => time)).toEqual([0, 2]);
  const colours = await Promise.all(pictures.map(({ url }) => colourOf(url)));
  expect(colours).toEqual(['red', 'blue']);
});

async function colourOf(url: string): Promise<string | undefined> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.drawImage(image, 0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return Object.entries({ red, green, blue }).find(([, value]) => value > 200)?.[0];
}
