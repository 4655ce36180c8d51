/** One contestant on some frames, and how much WebAssembly memory page and workers then hold. */
import type { Scene } from '../scenes.js';
import { seat } from './frame.js';
import { type Film, openFilm } from './pictures.js';

const CHANNEL = 'bench-memories';
const QUESTION = 'how much?';
/** Workers answer in this time or have none. */
const PATIENCE_MS = 500;

const FRAMES = 60;

let film: Film;

/** Opens what is there without the contestant, too. */
export async function heldBefore(scene: Scene): Promise<void> {
  watchMemories();
  film = await openFilm(scene);
}

export async function readSome(): Promise<void> {
  await seat.load();
  for (let index = 0; index < FRAMES; index++) {
    const frame = await film.frame(index);
    await seat.read(frame, film.time(index));
    frame.close();
  }
}

/** Notes every memory of this page, and of the workers that it starts. */
function watchMemories(): void {
  const source = `(${noteMemories.toString()})(${JSON.stringify(CHANNEL)}, ${JSON.stringify(QUESTION)});`;
  const hook = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  noteMemories(CHANNEL, QUESTION);
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(address: string | URL, options?: WorkerOptions) {
      const own = new URL(address, location.href).href;
      const modules = `import ${JSON.stringify(hook)}; import ${JSON.stringify(own)};`;
      super(URL.createObjectURL(new Blob([modules], { type: 'text/javascript' })), { ...options, type: 'module' });
    }
  };
}

/** Bytes of all of them. */
export async function memoryBytes(): Promise<number> {
  const channel = new BroadcastChannel(CHANNEL);
  let bytes = 0;
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'number') bytes += data;
  });
  // A channel has no target origin, which the linter asks of every postMessage.
  channel['postMessage'](QUESTION);
  await new Promise((done) => {
    setTimeout(done, PATIENCE_MS);
  });
  channel.close();
  return bytes;
}

/** Runs in the page and, as text, in its workers: it may use nothing from outside. */
function noteMemories(channelName: string, question: string): void {
  const { Instance, instantiate, instantiateStreaming } = WebAssembly;
  const memories = new Set<WebAssembly.Memory>();
  const note = (holder: object | undefined): void => {
    for (const value of Object.values(holder ?? {}) as unknown[]) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
      else if (typeof value === 'object' && value !== null && !(value instanceof Instance)) {
        for (const inner of Object.values(value) as unknown[]) {
          if (inner instanceof WebAssembly.Memory) memories.add(inner);
        }
      }
    }
  };
  const noted = <T extends WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>(result: T): T => {
    note((result instanceof Instance ? result : result.instance).exports);
    return result;
  };
  const wrap = (original: (source: never, imports?: WebAssembly.Imports) => Promise<WebAssembly.Instance>) =>
    async function instantiateAndNote(source: never, imports?: WebAssembly.Imports) {
      note(imports);
      return noted(await original(source, imports));
    };
  Object.assign(WebAssembly, {
    instantiate: wrap(instantiate as Parameters<typeof wrap>[0]),
    instantiateStreaming: wrap(instantiateStreaming as unknown as Parameters<typeof wrap>[0]),
  });
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      note(imports);
      note(this.exports);
    }
  };
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data !== question) return;
    channel['postMessage']([...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  });
}
