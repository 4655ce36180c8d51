/** The page's side of `npm run bench -- start`: each function is called by bench/start.ts and returns plain numbers (milliseconds). */

const now = () => performance.now();

/** A camera stream's video element, playing. */
async function cameraVideo() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const video = document.createElement('video');
  video.srcObject = stream;
  video.muted = true;
  await video.play();
  return video;
}

/** Frames through `createRecognizer` on one backend, stage by stage. */
export async function ours(backend, frames, picture) {
  const { createRecognizer } = await import('/dist/index.js');
  const start = now();
  const recognizer = await createRecognizer({ backend });
  const load = now() - start;
  const image = picture === undefined ? undefined : await loadImage(picture);
  const source = image === undefined ? await cameraVideo() : onCanvas(image);
  const samples = [];
  let faces = 0;
  for (let index = 0; index < frames; index++) {
    if (image !== undefined) touch(source, index);
    const begin = now();
    const observation = await recognizer.recognize(source, { mode: 'live' });
    samples.push({ ...observation.timing, roundTrip: now() - begin });
    faces += observation.faces.length;
  }
  const result = { backend: recognizer.backend, reason: recognizer.backendReason, load, samples, faces };
  await recognizer.dispose();
  return result;
}

/** `<qcs-fer camera>` for some seconds: frame times as its events tell, and the longest time that the page could not answer. */
export async function element(backend, seconds) {
  await import('/dist/define.js');
  const fer = document.createElement('qcs-fer');
  fer.setAttribute('camera', '');
  fer.setAttribute('backend', backend);
  fer.setAttribute('show', 'boxes labels bars timeline');
  const totals = [];
  const arrivals = [];
  fer.addEventListener('qcs-result', (event) => {
    totals.push(event.detail.observation.timing.total);
    arrivals.push(now());
  });
  const start = now();
  const ready = new Promise((resolve, reject) => {
    fer.addEventListener('qcs-ready', resolve, { once: true });
    fer.addEventListener('qcs-error', (event) => reject(event.detail.error), { once: true });
  });
  document.body.append(fer);
  await ready;
  const load = now() - start;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  totals.length = 0;
  arrivals.length = 0;
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({ type: 'longtask' });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  observer.disconnect();
  fer.remove();
  const intervals = arrivals.slice(1).map((time, index) => time - arrivals[index]);
  return { load, totals, intervals, longTasks: tasks };
}

function onCanvas(image) {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas;
}

/** Makes all of the picture a little lighter or darker: what stands still is not read again, which would measure nothing. */
function touch(canvas, frame) {
  const context = canvas.getContext('2d');
  context.fillStyle = frame % 2 === 0 ? 'rgb(255 255 255 / 0.06)' : 'rgb(0 0 0 / 0.06)';
  context.fillRect(0, 0, canvas.width, canvas.height);
}

async function loadImage(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

const WASM = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/** @vladmandic/face-api: tiny detector at 416 and expression net. */
export async function faceApi(frames, picture) {
  const start = now();
  const faceapi = await import('/node_modules/@vladmandic/face-api/dist/face-api.esm.js');
  faceapi.tf.setWasmPaths(WASM);
  await faceapi.tf.setBackend('wasm');
  await faceapi.tf.ready();
  const models = '/node_modules/@vladmandic/face-api/model';
  await faceapi.nets.tinyFaceDetector.loadFromUri(models);
  await faceapi.nets.faceExpressionNet.loadFromUri(models);
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 416 });
  const source = picture === undefined ? await cameraVideo() : await loadImage(picture);
  await faceapi.detectAllFaces(source, options).withFaceExpressions();
  const load = now() - start;
  const samples = [];
  let faces = 0;
  for (let index = 0; index < frames; index++) {
    const begin = now();
    const found = await faceapi.detectAllFaces(source, options).withFaceExpressions();
    samples.push({ total: now() - begin });
    faces += found.length;
  }
  return { backend: faceapi.tf.getBackend(), load, samples, faces };
}

/** @vladmandic/human: detector and emotion only. */
export async function human(frames, picture) {
  const start = now();
  const { default: Human } = await import('/node_modules/@vladmandic/human/dist/human.esm.js');
  const instance = new Human({
    backend: 'wasm',
    wasmPath: WASM,
    modelBasePath: '/node_modules/@vladmandic/human/models/',
    cacheSensitivity: 0,
    face: {
      enabled: true,
      detector: { skipFrames: 0, skipTime: 0 },
      mesh: { enabled: false },
      iris: { enabled: false },
      description: { enabled: false },
      emotion: { enabled: true, skipFrames: 0, skipTime: 0 },
      attention: { enabled: false },
    },
    body: { enabled: false },
    hand: { enabled: false },
    gesture: { enabled: false },
    filter: { enabled: false },
  });
  const source = picture === undefined ? await cameraVideo() : await loadImage(picture);
  await instance.detect(source);
  const load = now() - start;
  const samples = [];
  let faces = 0;
  for (let index = 0; index < frames; index++) {
    const begin = now();
    const found = await instance.detect(source);
    samples.push({ total: now() - begin });
    faces += found.face.length;
  }
  return { backend: instance.tf.getBackend(), load, samples, faces };
}
