/**
 * Starts TensorFlow.js on WebGPU or WebAssembly, says why it chose which, and watches the GPU. TensorFlow.js has one current backend
 * in a page or worker, so this module keeps one `StartedBackend` at a time.
 */
import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import { describeAdapter, openDevice } from './device.js';
import type { DeviceRefusal, OpenedDevice } from './device.js';
import { installKernels } from './kernels.js';
import { watchDevice } from './deviceWatch.js';
import type { DeviceWatch } from './deviceWatch.js';
import type { BackendName, BackendPreference } from './preference.js';
import { useWasm } from './wasm.js';
import type { WasmLocations, WasmUrls } from './wasm.js';

export type { BackendName, BackendPreference } from './preference.js';
export type { WasmUrls } from './wasm.js';

export interface BackendOptions {
  readonly wasmUrls: WasmUrls;
  /** Whether WebAssembly may wait for {@link StartedBackend.tensors}, for callers that may do without TensorFlow.js there. Default false. */
  readonly lazy?: boolean;
}

export interface StartedBackend {
  readonly name: BackendName;
  /** A sentence for people: why this backend runs. */
  readonly reason: string;
  readonly preference: BackendPreference;
  /** The GPU device in use; null on WebAssembly. */
  readonly device: GPUDevice | null;
  /**
   * Makes sure that TensorFlow.js can compute on it.
   * @throws RuntimeError `no-backend` where that waited (`lazy`) and the WebAssembly files cannot be had
   */
  tensors(): Promise<void>;
  /**
   * Calls back once when the GPU is gone (`device-lost`), could not hold what it was given (`out-of-memory`) or refused a command
   * (`internal`); tensors on it are then worthless. At once when that has happened already; never for `stop`. Returns a function that ends the watch.
   */
  onLost(listener: (error: RuntimeError) => void): () => void;
  /** Gives the device and its memory back. Tensors made on this backend may be disposed later, and no longer be read. */
  stop(): void;
}

/**
 * Starts a backend and makes it current. The one before is stopped.
 *
 * `auto` takes WebGPU on a real GPU and otherwise WebAssembly. `webgpu` takes an emulated GPU too.
 * @throws RuntimeError `no-webgpu` where `webgpu` was asked for and cannot be had; `no-backend` where WebAssembly does not start either.
 */
export async function startBackend(preference: BackendPreference, options: BackendOptions): Promise<StartedBackend> {
  const { plain, simd } = options.wasmUrls;
  return startBackendAt(preference, { plain: plain.href, simd: simd.href }, options.lazy);
}

/**
 * Starts again after a loss, with a new adapter and device and the same preference. Parameters must be loaded again: what was on the
 * lost device is gone.
 * @throws as {@link startBackend}
 */
export async function restartBackend(lost: StartedBackend, options: BackendOptions): Promise<StartedBackend> {
  lost.stop();
  return startBackend(lost.preference, options);
}

let current: StartedBackend | undefined;

/** {@link startBackend} for callers that name the WebAssembly files by a path, as Node does. */
export async function startBackendAt(
  preference: BackendPreference,
  wasm: WasmLocations,
  lazy = false,
): Promise<StartedBackend> {
  current?.stop();
  current = undefined;
  current = await choose(preference, wasm);
  if (!lazy) await current.tensors();
  return current;
}

async function choose(preference: BackendPreference, wasm: WasmLocations): Promise<StartedBackend> {
  if (preference === 'wasm') return webAssembly(preference, 'WebAssembly runs because it was asked for.', wasm);
  const opened = await openDevice({ allowSoftware: preference === 'webgpu' });
  const started = 'refused' in opened ? opened : await startWebgpu(preference, opened);
  if (!('refused' in started)) return started;
  if (preference === 'webgpu') throw noWebgpu(started);
  return webAssembly(preference, `WebAssembly runs because ${started.refused}.`, wasm, started.cause);
}

async function startWebgpu(
  preference: BackendPreference,
  { device, info, software }: OpenedDevice,
): Promise<StartedBackend | DeviceRefusal> {
  const watch = watchDevice(device);
  try {
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    // The package registers a backend of its own at import, with a device that nobody could watch.
    if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, info));
    if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js did not accept the device');
    installKernels('webgpu');
    await checkArithmetic();
  } catch (cause) {
    stopWebgpu(device, watch);
    return { refused: 'the GPU failed its first calculation', cause };
  }
  const name = describeAdapter(info);
  return {
    name: 'webgpu',
    reason: software
      ? `WebGPU runs because it was asked for, on an emulated GPU (${name}).`
      : `WebGPU runs on this device's GPU (${name}).`,
    preference,
    device,
    tensors: () => Promise.resolve(),
    onLost: (listener) => watch.onLost(listener),
    stop: () => stopWebgpu(device, watch),
  };
}

function webAssembly(
  preference: BackendPreference,
  reason: string,
  wasm: WasmLocations,
  refusal?: unknown,
): StartedBackend {
  return {
    name: 'wasm',
    reason,
    preference,
    device: null,
    tensors: () => startWasm(wasm, refusal),
    onLost: () => () => undefined,
    stop: () => undefined,
  };
}

async function startWasm(wasm: WasmLocations, refusal: unknown): Promise<void> {
  try {
    await useWasm(wasm);
  } catch (cause) {
    throw new RuntimeError(
      'no-backend',
      'Neither WebGPU nor WebAssembly started. Use a current browser, and check that the .wasm files are served.',
      { cause: refusal === undefined ? cause : new AggregateError([refusal, cause]) },
    );
  }
  installKernels('wasm');
}

/** Removes the backend only while it is still this device's: another may have taken its place. */
function stopWebgpu(device: GPUDevice, watch: DeviceWatch): void {
  watch.end();
  const registered = tf.findBackend('webgpu') as { device?: GPUDevice } | null;
  if (registered?.device === device) tf.removeBackend('webgpu');
  device.destroy();
}

/** A matrix product on the device itself. A driver that compiles shaders wrongly must not be found out by wrong expressions. */
async function checkArithmetic(): Promise<void> {
  const size = 40;
  const product = tf.tidy(() => {
    const rows = tf.mod(tf.reshape(tf.range(0, size * size, 1, 'float32'), [size, size]), 7);
    return tf.sum(tf.matMul(rows, rows, false, true));
  });
  const [sum] = await product.data();
  product.dispose();
  const expected = expectedSum(size);
  if (sum === undefined || Math.abs(sum - expected) > 1e-3 * expected) {
    throw new Error(`The GPU computed ${String(sum)} where ${expected} is right`);
  }
}

function expectedSum(size: number): number {
  // The sum over all entries of R transpose(R) is the squared length of R's column sums.
  let total = 0;
  for (let column = 0; column < size; column++) {
    let sum = 0;
    for (let row = 0; row < size; row++) sum += (row * size + column) % 7;
    total += sum * sum;
  }
  return total;
}

function noWebgpu(refusal: DeviceRefusal): RuntimeError {
  const sentence = refusal.refused.charAt(0).toUpperCase() + refusal.refused.slice(1);
  return new RuntimeError('no-webgpu', `${sentence}. Choose the backend "auto" or "wasm".`, { cause: refusal.cause });
}
