/** Loads MediaPipe's WebAssembly in a page and in a module worker alike, from the package's own files, with progress in bytes. */
import { ModelError } from '../errors.js';
import type createModule from './visionFactory.js';
import type { EmscriptenOptions } from './visionFactory.js';

export interface VisionRuntimeUrls {
  readonly visionBinary: URL;
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
 * @param onBytes bytes received and expected; 0 expected where the server does not say
 * @throws ModelError `model-missing` when a file is not there, and what `create` throws
 */
export async function withVisionRuntime<Task>(
  urls: VisionRuntimeUrls,
  onBytes: ((loaded: number, total: number) => void) | undefined,
  create: (fileset: VisionFileset) => Promise<Task>,
): Promise<Task> {
  const [{ default: factory }, module] = await Promise.all([
    import('./visionFactory.js'),
    compileBinary(urls.visionBinary, onBytes),
  ]);
  const begin = async () => {
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
  onBytes: ((loaded: number, total: number) => void) | undefined,
): Promise<WebAssembly.Module> {
  const response = await requestBinary(url);
  const counted = onBytes === undefined ? undefined : countBytes(response.clone(), onBytes);
  const [module] = await Promise.all([WebAssembly.compileStreaming(asWasm(response)), counted]);
  return module;
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

async function requestBinary(url: URL): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
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

async function countBytes(response: Response, onBytes: (loaded: number, total: number) => void): Promise<void> {
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
