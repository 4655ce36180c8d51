/** `@vladmandic/human` with its face detector and its emotion model alone: the least that names expressions. */
import { type LoadContestant, MOST_FACES, WASM_FOLDER } from './contestant.js';

interface Human {
  load(): Promise<void>;
  detect(canvas: HTMLCanvasElement): Promise<{ readonly face: readonly unknown[] }>;
}

const PACKAGE = '/node_modules/@vladmandic/human/';
const OFF = { enabled: false };

/** Its caches keep results of a frame like the one before, and skip models for some frames or milliseconds; by default they are on. */
export function human(cache: 'default' | 'off'): LoadContestant {
  const fresh = cache === 'off' ? { skipFrames: 0, skipTime: 0 } : {};
  const config = {
    backend: 'wasm',
    wasmPath: WASM_FOLDER,
    modelBasePath: `${PACKAGE}models/`,
    debug: false,
    ...(cache === 'off' ? { cacheSensitivity: 0 } : {}),
    face: {
      enabled: true,
      detector: { maxDetected: MOST_FACES, ...fresh },
      emotion: { enabled: true, ...fresh },
      mesh: OFF,
      iris: OFF,
      description: OFF,
      attention: OFF,
      antispoof: OFF,
      liveness: OFF,
    },
    body: OFF,
    hand: OFF,
    object: OFF,
    gesture: OFF,
    segmentation: OFF,
    filter: OFF,
  };
  return async () => {
    const { Human } = (await import(/* @vite-ignore */ `${PACKAGE}dist/human.esm.js`)) as {
      Human: new (config: object) => Human;
    };
    const instance = new Human(config);
    await instance.load();
    return { read: async (canvas) => ({ faces: (await instance.detect(canvas)).face.length }) };
  };
}
