/** The backends in Node, for the command line and the tests. Browser code must not import this file. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import { startBackendAt } from './backend.js';
import type { BackendName } from './preference.js';
import type { WasmLocations } from './wasm.js';

/** `cpu` is plain JavaScript: slow, and the reference for the others. */
export type NodeBackendName = BackendName | 'cpu';

export interface NodeBackend {
  readonly name: NodeBackendName;
  /** A sentence for people: what runs. */
  readonly reason: string;
  readonly device: GPUDevice | null;
  /** As `StartedBackend.tensors`. */
  tensors(): Promise<void>;
  stop(): void;
}

export interface NodeBackendOptions {
  /** As in `BackendOptions`. */
  readonly lazy?: boolean;
}

/**
 * Starts a backend in Node and makes it current.
 * @throws RuntimeError `no-webgpu` where the `webgpu` package is not installed or finds no Vulkan, Metal or Direct3D device
 * @throws RuntimeError `no-backend` where the WebAssembly files are missing
 */
export async function startNodeBackend(
  name: NodeBackendName,
  { lazy = false }: NodeBackendOptions = {},
): Promise<NodeBackend> {
  if (name === 'cpu') return startCpu();
  if (name === 'wasm') return startBackendAt(name, wasmFiles(), lazy);
  await provideGpu();
  try {
    return await startBackendAt(name, wasmFiles());
  } catch (cause) {
    throw new RuntimeError(
      'no-webgpu',
      'WebGPU found no GPU: Node needs a Vulkan, Metal or Direct3D driver. VK_ICD_FILENAMES may name a software Vulkan, such as the vk_swiftshader_icd.json beside Chromium; else use --backend wasm.',
      { cause },
    );
  }
}

async function startCpu(): Promise<NodeBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  return {
    name: 'cpu',
    reason: 'Plain JavaScript runs because it was asked for.',
    device: null,
    tensors: () => Promise.resolve(),
    stop: () => undefined,
  };
}

/** Beside the built command line (dist/runtime/), else in the installed package. */
function wasmFiles(): WasmLocations {
  const beside = fileURLToPath(new URL('./runtime/', import.meta.url));
  const folder = existsSync(join(beside, 'tfjs-backend-wasm.wasm')) ? beside : installedWasmFolder();
  return { plain: join(folder, 'tfjs-backend-wasm.wasm'), simd: join(folder, 'tfjs-backend-wasm-simd.wasm') };
}

function installedWasmFolder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
    return join(dirname(manifest), 'wasm-out');
  } catch (cause) {
    throw new RuntimeError('no-backend', 'The WebAssembly files are missing. Install the package again.', { cause });
  }
}

let provided: GPU | undefined;

/** Puts Dawn's `gpu` where a browser has it. Node 20 has no `navigator`, Node 21 one without a GPU. */
async function provideGpu(): Promise<void> {
  if (provided !== undefined) return;
  const dawn = await loadDawn();
  provided = dawn.create([]);
  for (const [key, value] of Object.entries(dawn.globals)) {
    if (!(key in globalThis)) Object.defineProperty(globalThis, key, { value, configurable: true, writable: true });
  }
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu: provided, userAgent: 'node', hardwareConcurrency: 1 },
    configurable: true,
  });
}

interface Dawn {
  create(options: string[]): GPU;
  /** The WebGPU classes and constants that a browser has as globals. */
  readonly globals: object;
}

async function loadDawn(): Promise<Dawn> {
  try {
    return await import('webgpu');
  } catch (cause) {
    throw new RuntimeError(
      'no-webgpu',
      'WebGPU in Node needs the optional package "webgpu" (npm install webgpu) and a Vulkan, Metal or Direct3D driver. Else use --backend wasm.',
      { cause },
    );
  }
}
