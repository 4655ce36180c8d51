/**
 * What a room may be allowed beyond the rooms below it: packages, and globals by their names or by one of their members. What stands
 * here is refused to every room that the table does not give it to; a package that stands nowhere is refused to all.
 */
interface Reach {
  readonly means: string;
  readonly packages?: readonly string[];
  readonly globals?: readonly string[];
}

const reach = <Name extends string>(abilities: Readonly<Record<Name, Reach>>) => abilities;
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const ABILITIES = reach({
  tensors: { means: 'TensorFlow.js', packages: ['@tensorflow/tfjs-core'] },
  network: { means: 'TensorFlow.js as a whole, with its layers', packages: ['@tensorflow/tfjs'] },
  backends: { means: 'its backends', packages: ['@tensorflow/tfjs-backend-*'] },
  adapter: { means: 'the GPU', globals: ['GPU*', 'navigator.gpu'] },
  detector: { means: 'MediaPipe', packages: ['@mediapipe/*'] },
  elements: { means: 'Lit', packages: ['lit'] },
  charts: { means: 'uPlot', packages: ['uplot'] },
  archives: { means: 'fflate (zip)', packages: ['fflate'] },
  codecs: { means: 'JPEG and PNG decoders', packages: ['jpeg-js', 'pngjs'] },
  containers: { means: 'mediabunny (files of videos)', packages: ['mediabunny'] },
  frameworks: {
    means: 'types of frameworks',
    packages: ['react', 'svelte', 'vue'],
    // Their type, not a class of the page.
    globals: ['HTMLAttributes'],
  },
  tools: {
    means: 'build tools',
    packages: ['custom-elements-manifest', 'flatbuffers', 'playwright', 'prettier', 'vite', 'vitepress'],
  },
  node: { means: 'Node', packages: ['node:*', 'webgpu'], globals: words('Buffer NodeJS globalThis process') },
  page: {
    means: 'the page and its elements',
    globals: words(`
      document document.baseURI window navigator location globalThis customElements getComputedStyle matchMedia
      requestAnimationFrame Document Element HTML* SVG* Node ShadowRoot Window *Observer
    `),
  },
  address: { means: 'the page’s address', globals: ['document.baseURI'] },
  pictures: {
    means: 'pictures and canvases',
    globals: words(`
      HTMLCanvasElement HTMLImageElement HTMLMediaElement HTMLVideoElement Image ImageBitmap ImageData OffscreenCanvas
      VideoFrame createImageBitmap
    `),
  },
  camera: { means: 'the camera', globals: words('MediaStream MediaStreamTrack navigator.mediaDevices') },
  thread: {
    means: 'workers',
    globals: words(
      'DedicatedWorkerGlobalScope MessageChannel MessagePort Worker navigator.hardwareConcurrency postMessage self',
    ),
  },
  starts: { means: 'the modules that workers run', globals: ['Worker'] },
  requests: { means: 'requests', globals: words('EventSource WebSocket XMLHttpRequest fetch') },
  kept: {
    means: 'the browser’s storage',
    globals: words('caches indexedDB localStorage navigator.storage sessionStorage'),
  },
  engine: { means: 'which browser it is', globals: ['navigator.userAgentData'] },
  locks: { means: 'locks between pages', globals: ['navigator.locks'] },
  computed: { means: 'modules by a computed address' },
  offline: {
    means: 'Workbox and service workers',
    packages: ['workbox-precaching'],
    globals: words('ServiceWorker* navigator.serviceWorker'),
  },
});

export type Ability = keyof typeof ABILITIES;
