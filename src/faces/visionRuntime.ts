/** Loads MediaPipe's WebAssembly in a page and in a module worker alike, from the package's own files, with progress in bytes. */
import { ModelError } from '../errors.js';
import { IdleWatch, onceMoreIfSilent } from '../weights/idleWatch.js';
import type createModule from './visionFactory.js';
import type { EmscriptenOptions } from './visionFactory.js';

export interface VisionRuntimeUrls {
  readonly visionBinary: URL;
}

/** Bytes received and expected; 0 expected where the server does not say. */
type BytesListener = (loaded: number, total: number) => void;

export interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: BytesListener | undefined;
}

type ModuleFactory = typeof createModule;

/** MediaPipe's name for where its files are. */
export interface VisionFileset {
  readonly wasmLoaderPath: string;
  readonly wasmBinaryPath: string;
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Loads the runtime and lets `create` start one MediaPipe task with it. MediaPipe would load its script by an address, which bundlers
 * cannot follow; imported here, one module serves page and worker. MediaPipe takes the runtime from a global and clears that, so
 * tasks are started one after another.
 *
 * @throws ModelError `model-missing` when a file is not there, and what `create` throws; an aborted signal's reason before the task begins
 */
export async function withVisionRuntime<Task>(
  urls: VisionRuntimeUrls,
  { signal, onBytes }: LoadOptions,
  create: (fileset: VisionFileset) => Promise<Task>,
): Promise<Task> {
  const [{ default: factory }, module] = await Promise.all([
    import('./visionFactory.js'),
    onceMoreIfSilent(
      () => compileBinary(urls.visionBinary, signal, onBytes),
      () => missing(urls.visionBinary, 'the server stopped sending'),
    ),
  ]);
  const begin = async () => {
    signal?.throwIfAborted();
    (globalThis as { ModuleFactory?: ModuleFactory }).ModuleFactory = (options) => start(factory, module, options);
    // An empty loader path tells MediaPipe that the factory is there already.
    return create({ wasmLoaderPath: '', wasmBinaryPath: urls.visionBinary.href });
  };
  const task = queue.then(begin, begin);
  queue = task;
  return task;
}

async function compileBinary(
  url: URL,
  signal: AbortSignal | undefined,
  onBytes: BytesListener = () => undefined,
): Promise<WebAssembly.Module> {
  const watch = new IdleWatch(undefined, signal);
  try {
    const response = await requestBinary(url, watch.signal);
    const counted = countBytes(response.clone(), (loaded, total) => {
      watch.hear();
      onBytes(loaded, total);
    });
    const [module] = await Promise.all([WebAssembly.compileStreaming(asWasm(response)), counted]);
    return module;
  } catch (error) {
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    watch.end();
  }
}

/** Rejects when the module cannot be instantiated; Emscripten alone would wait for ever. */
async function start(factory: ModuleFactory, module: WebAssembly.Module, options: EmscriptenOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const instantiate = async (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      try {
        done(await WebAssembly.instantiate(module, imports));
      } catch (cause) {
        reject(cause);
      }
    };
    const started = factory({
      ...options,
      // TensorFlow Lite's notes on delegates and feedback managers are of no use to the page.
      print: () => undefined,
      printErr: () => undefined,
      instantiateWasm: (imports, done) => {
        void instantiate(imports, done);
        return {};
      },
    });
    started.then(resolve, reject);
  });
}

async function requestBinary(url: URL, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw missing(url, cause);
  }
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html') === true) {
    throw missing(url, `the server answered ${response.status}`);
  }
  return response;
}

/** Streaming compilation insists on the type, which simple servers do not send. */
function asWasm(response: Response): Response {
  if (response.headers.get('content-type') === 'application/wasm') return response;
  return new Response(response.body, { headers: { 'content-type': 'application/wasm' } });
}

async function countBytes(response: Response, onBytes: BytesListener): Promise<void> {
  const encoded = response.headers.get('content-encoding') !== null;
  const total = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    loaded += value.byteLength;
    onBytes(loaded, total);
  }
}

function missing(url: URL, cause: unknown): ModelError {
  return new ModelError(
    'model-missing',
    `The face detector’s file ${url.pathname} could not be loaded. Check that the package’s runtime folder is served.`,
    { cause },
  );
}
