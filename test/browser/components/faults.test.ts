import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { ModelError, RuntimeError } from '../../../src/errors.js';
import type { RecognizerOptions } from '../../../src/inference/recognizer.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { mutableStream } from './mutableStream.js';
import { button, deep, deepAll, mount, movingStream, photoFile, spoken, until, type Mounted } from './stage.js';

/** What stands in the stage: the words, and the names of the buttons. */
function fault({ element }: Mounted): { words: string; steps: string[] } {
  const alert = deep(element, '[role=alert]');
  return {
    words: alert.textContent ?? '',
    steps: [...alert.querySelectorAll('button')].map((step) => step.textContent?.trim() ?? ''),
  };
}

async function showsAPhoto({ element }: Mounted): Promise<void> {
  element.source = await photoFile();
  await until(element, 'ready');
  await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(1));
  expect(deepAll(element, '[role=alert]')).toHaveLength(0);
}

describe('a camera that cannot be had', () => {
  const cases = [
    ['NotFoundError', 'camera-none'],
    ['NotAllowedError', 'camera-refused'],
    ['NotReadableError', 'camera-in-use'],
  ] as const;

  test.each(cases)('%s stands in the stage with its next step, and the element still works', async (name, code) => {
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException('', name));
    const mounted = await mount({ controls: true });
    const codes: string[] = [];
    mounted.element.addEventListener('qcs-error', (event) => codes.push(event.detail.error.code));
    mounted.element.camera = true;
    await until(mounted.element, 'error');
    expect(codes).toEqual([code]);
    expect(mounted.element.error?.code).toBe(code);
    const { words, steps } = fault(mounted);
    expect(words).toContain(mounted.element.error?.message);
    expect(steps).toEqual(['Try again', 'Use a photo', 'Back to the start']);
    await showsAPhoto(mounted);
  });

  test('is tried again by a button', async () => {
    const media = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
    media.mockRejectedValueOnce(new DOMException('', 'NotReadableError')).mockResolvedValueOnce(movingStream());
    const mounted = await mount({ camera: true });
    await until(mounted.element, 'error');
    // Without controls nothing is offered that would open a file.
    expect(fault(mounted).steps).toEqual(['Try again']);
    button(mounted.element, /Try again/).click();
    await until(mounted.element, 'running');
  });

  test('and one that is unplugged while it runs', async () => {
    const stream = movingStream();
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(stream);
    const mounted = await mount({ camera: true });
    await until(mounted.element, 'running');
    stream.getVideoTracks()[0]?.dispatchEvent(new Event('ended'));
    await until(mounted.element, 'error');
    expect(mounted.element.error?.code).toBe('camera-unplugged');
    await showsAPhoto(mounted);
  });

  test('and one that is muted while it runs: it rests, says so, and goes on once there are pictures again', async () => {
    const { stream, setMuted, close } = await mutableStream();
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(stream);
    const { element, recognizer } = await mount({ camera: true });
    await until(element, 'running');
    await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(1));
    await setMuted(true);
    await until(element, 'suspended');
    expect(deep(element, '.note').textContent).toBe('The camera gives no picture');
    expect(spoken(element)).toContain('The camera gives no picture.');
    expect(deepAll(element, 'button[part=face]')).toHaveLength(0);
    const looked = recognizer.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(recognizer.calls.length).toBe(looked);
    await setMuted(false);
    await until(element, 'running');
    await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(1));
    element.camera = false;
    close();
  });

  test('and one that is granted and gives no picture is given up, and given back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const nothing = document.createElement('canvas').captureStream(0);
      vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(nothing);
      const mounted = await mount({ camera: true });
      await vi.waitUntil(() => vi.getTimerCount() > 0);
      await vi.advanceTimersByTimeAsync(14_900);
      expect(mounted.element.status).toBe('loading');
      await vi.advanceTimersByTimeAsync(200);
      expect(mounted.element.error?.code).toBe('camera-in-use');
      expect(nothing.active).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is left alone when something else was opened meanwhile', async () => {
    let answer: (stream: MediaStream) => void = () => undefined;
    const asked = new Promise<MediaStream>((resolve) => {
      answer = resolve;
    });
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockReturnValue(asked);
    const { element } = await mount({ camera: true });
    element.source = await photoFile();
    await until(element, 'ready');
    const late = movingStream();
    answer(late);
    await eventually(() => expect(late.active).toBe(false));
    expect(element.status).toBe('ready');
  });
});

describe('files', () => {
  test('that are no picture are named, and the start is one click away', async () => {
    const mounted = await mount({ controls: true });
    mounted.element.source = new File(['These are notes.'], 'notes.jpg', { type: 'image/jpeg' });
    await until(mounted.element, 'error');
    expect(mounted.element.error?.code).toBe('not-an-image');
    expect(fault(mounted).words).toContain('notes.jpg');
    expect(fault(mounted).steps[0]).toBe('Choose another photo');
    button(mounted.element, /Back to the start/).click();
    await until(mounted.element, 'idle');
    expect(deepAll(mounted.element, 'qcs-stage-invitation')).toHaveLength(1);
    await showsAPhoto(mounted);
  });

  test('that are not there', async () => {
    const mounted = await mount({ src: '/no-such-photo.jpg' });
    await until(mounted.element, 'error');
    expect(['source-unreachable', 'not-an-image']).toContain(mounted.element.error?.code);
    await showsAPhoto(mounted);
  });

  test('that are videos no browser plays', async () => {
    const mounted = await mount({ source: new File(['No video either.'], 'clip.mp4', { type: 'video/mp4' }) });
    await until(mounted.element, 'error');
    expect(mounted.element.error?.code).toBe('unsupported-video');
    await showsAPhoto(mounted);
  });
});

describe('models', () => {
  test('that fail to load are loaded anew by "Try again"', async () => {
    const recognizer = new FakeRecognizer();
    let attempts = 0;
    const provider = (options: RecognizerOptions) => {
      attempts += 1;
      if (attempts === 1)
        return Promise.reject(new ModelError('model-truncated', 'The model arrived incomplete. Load it again.'));
      return recognizer.provider(options);
    };
    const mounted = await mount({ recognizerProvider: provider, source: await photoFile() }, recognizer);
    await until(mounted.element, 'error');
    expect(fault(mounted).steps).toEqual(['Try again']);
    button(mounted.element, /Try again/).click();
    await until(mounted.element, 'ready');
    expect(attempts).toBe(2);
  });

  test('of one’s own can be left for the built-in one', async () => {
    const recognizer = new FakeRecognizer();
    const models: (string | URL | undefined)[] = [];
    const provider = (options: RecognizerOptions) => {
      models.push(options.model);
      if (options.model !== undefined)
        return Promise.reject(new ModelError('model-architecture', 'This model is of another kind. Choose another.'));
      return recognizer.provider(options);
    };
    const mounted = await mount(
      { recognizerProvider: provider, model: '/mine.json', source: await photoFile() },
      recognizer,
    );
    await until(mounted.element, 'error');
    button(mounted.element, /Use the built-in model/).click();
    await until(mounted.element, 'ready');
    expect(models).toEqual(['/mine.json', undefined]);
    expect(mounted.element.hasAttribute('model')).toBe(false);
  });

  test('that need WebGPU where there is none offer WebAssembly', async () => {
    const recognizer = new FakeRecognizer();
    const provider = (options: RecognizerOptions) =>
      options.backend === 'webgpu'
        ? Promise.reject(new RuntimeError('no-webgpu', 'There is no WebGPU here. Choose another backend.'))
        : recognizer.provider(options);
    const mounted = await mount(
      { recognizerProvider: provider, backend: 'webgpu', source: await photoFile() },
      recognizer,
    );
    await until(mounted.element, 'error');
    button(mounted.element, /Use WebAssembly/).click();
    await until(mounted.element, 'ready');
    expect(mounted.element.getAttribute('backend')).toBe('wasm');
  });
});

test('a fault while computing stops the picture, says so, and a retry takes a new recogniser', async () => {
  const mounted = await mount({ source: movingStream() });
  await until(mounted.element, 'running');
  mounted.recognizer.failure = new RuntimeError('out-of-memory', 'There is not enough memory. Close other tabs.');
  await until(mounted.element, 'error');
  expect(mounted.recognizer.disposals).toBe(1);
  expect(fault(mounted).words).toContain('Close other tabs');
  await mounted.element.retry();
  await until(mounted.element, 'running');
});

test('recognize() throws the fault, and the stage keeps what it shows', async () => {
  const { element, recognizer } = await mount({ source: movingStream() });
  await until(element, 'running');
  element.paused = true;
  await until(element, 'paused');
  recognizer.failure = new RuntimeError('out-of-memory', 'There is not enough memory. Close other tabs.');
  await expect(element.recognize(await photoFile())).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(element.status).toBe('paused');
});
