import { afterEach, describe, expect, it, vi } from 'vitest';
import { openCamera, watchEnd } from '../../../src/capture/index.js';
import { CaptureError } from '../../../src/errors.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A stream with one picture track, as a camera gives it. */
function cameraStream(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d')!.fillRect(0, 0, 1, 1);
  return canvas.captureStream(5);
}

function answerWith(answer: () => Promise<MediaStream>) {
  return vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(answer);
}

describe('openCamera', () => {
  it.each([
    ['NotAllowedError', 'camera-refused'],
    ['SecurityError', 'camera-refused'],
    ['NotFoundError', 'camera-none'],
    ['NotReadableError', 'camera-in-use'],
    ['AbortError', 'camera-in-use'],
    ['OverconstrainedError', 'camera-failed'],
    ['SomethingNewError', 'camera-failed'],
  ])('names %s %s, says what to do and keeps the cause', async (name, code) => {
    const cause = new DOMException('said the browser', name);
    answerWith(() => Promise.reject(cause));
    const failure = await openCamera().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CaptureError);
    expect(failure).toMatchObject({ code, cause });
    expect((failure as CaptureError).message).toMatch(/\. [A-Z].+\.$|;.+\. [A-Z].+\.$/);
  });

  it('says that a chosen camera is gone', async () => {
    answerWith(() => Promise.reject(new DOMException('', 'OverconstrainedError')));
    await expect(openCamera({ deviceId: 'x' })).rejects.toMatchObject({
      code: 'camera-none',
      message: expect.stringContaining('chosen camera') as string,
    });
  });

  it('tells an insecure page from a browser without cameras', async () => {
    vi.spyOn(navigator, 'mediaDevices', 'get').mockReturnValue(undefined as unknown as MediaDevices);
    await expect(openCamera()).rejects.toMatchObject({ code: 'camera-failed' });
    vi.stubGlobal('isSecureContext', false);
    await expect(openCamera()).rejects.toMatchObject({ code: 'insecure-page' });
  });

  it('asks for the wanted device or side, and never for sound', async () => {
    const asked = answerWith(() => Promise.resolve(cameraStream()));
    (await openCamera({ deviceId: 'front' })).stop();
    (await openCamera({ facingMode: 'environment' })).stop();
    expect(asked.mock.calls.map(([constraints]) => constraints)).toMatchObject([
      { audio: false, video: { deviceId: { exact: 'front' } } },
      { audio: false, video: { facingMode: { ideal: 'environment' } } },
    ]);
  });

  it('gives back a camera that was granted after the wish for it was gone', async () => {
    const stream = cameraStream();
    const wish = new AbortController();
    answerWith(() => {
      wish.abort();
      return Promise.resolve(stream);
    });
    await expect(openCamera({ signal: wish.signal })).rejects.toBe(wish.signal.reason);
    expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['ended']);
  });

  it('stops when its signal is aborted later', async () => {
    const stream = cameraStream();
    answerWith(() => Promise.resolve(stream));
    const wish = new AbortController();
    await openCamera({ signal: wish.signal });
    expect(stream.getTracks()[0].readyState).toBe('live');
    wish.abort();
    expect(stream.getTracks()[0].readyState).toBe('ended');
  });
});

describe('a camera that ends by itself', () => {
  const granted = (state: PermissionState) =>
    vi.spyOn(navigator.permissions, 'query').mockResolvedValue({ state } as PermissionStatus);

  it.each([
    ['granted', 'camera-unplugged'],
    ['denied', 'camera-refused'],
  ] as const)('with permission %s is %s', async (state, code) => {
    granted(state);
    answerWith(() => Promise.resolve(stream));
    const stream = cameraStream();
    const camera = await openCamera();
    const faults: CaptureError[] = [];
    camera.onFault((error) => faults.push(error));
    stream.getVideoTracks()[0].dispatchEvent(new Event('ended'));
    await expect.poll(() => faults.map((fault) => fault.code)).toEqual([code]);
  });

  it('is told when it ended before anybody listened, and not after listening ended', async () => {
    granted('granted');
    const [track] = cameraStream().getVideoTracks();
    track.stop();
    const faults: CaptureError[] = [];
    watchEnd(track, (error) => faults.push(error));
    const deaf: CaptureError[] = [];
    watchEnd(track, (error) => deaf.push(error))();
    await expect.poll(() => faults.length).toBe(1);
    expect(deaf).toEqual([]);
  });

  it('says nothing when it is stopped on purpose', async () => {
    answerWith(() => Promise.resolve(cameraStream()));
    const camera = await openCamera();
    const faults: CaptureError[] = [];
    camera.onFault((error) => faults.push(error));
    camera.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(faults).toEqual([]);
  });
});
