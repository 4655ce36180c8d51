/** One model on several threads of Node: crops are shared out, and answers come back in their order whatever thread gave them. */
import { Worker as NodeThread } from 'node:worker_threads';
import { RuntimeError } from '../errors.js';
import type { Classifier } from '../network/classifier.js';
import type { LoadedModel } from '../weights/loadModel.js';
import type { ThreadAnswer, ThreadQuestion, ThreadStart } from './nodeThread.js';

interface Waiting {
  readonly resolve: (logits: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

/** The thread's module in the package. */
const BUILT = './classifier-thread.js';

/** In the package the thread's module stands beside this one under its built name; from source it is TypeScript, which tsx loads in threads only when asked. */
function startThread(workerData: ThreadStart): NodeThread {
  if (!import.meta.url.endsWith('.ts')) {
    return new NodeThread(new URL(BUILT, import.meta.url), { workerData });
  }
  const [loader, module, here] = [
    import.meta.resolve('tsx/esm/api'),
    new URL('./nodeThread.ts', import.meta.url).href,
    import.meta.url,
  ].map((address) => JSON.stringify(address));
  const script = `import(${loader}).then(({ tsImport }) => tsImport(${module}, ${here}))`;
  return new NodeThread(script, { eval: true, workerData });
}

/**
 * Starts `threads` threads with a copy of the model each.
 * @throws RuntimeError `no-backend` where a thread cannot start, or no kernels run in it
 */
export async function startThreads(
  { manifest, arrays }: LoadedModel,
  threads: number,
  inputChannels: 1 | 3,
): Promise<Classifier> {
  const start: ThreadStart = { manifest, arrays };
  const members = Array.from({ length: threads }, () => new Thread(start));
  try {
    await Promise.all(members.map(({ ready }) => ready));
  } catch (cause) {
    for (const member of members) member.stop();
    throw new RuntimeError('no-backend', 'The threads that should compute did not start. Use --threads 1.', { cause });
  }
  const classes = manifest.classes.length;
  return {
    inputChannels,
    logits: async (crops, count) => {
      const length = count === 0 ? 0 : crops.length / count;
      const all = new Float32Array(count * classes);
      const share = Math.ceil(count / threads);
      await Promise.all(
        members.map(async (member, index) => {
          const first = Math.min(index * share, count);
          const last = Math.min(first + share, count);
          if (first === last) return;
          all.set(await member.logits(crops.slice(first * length, last * length), last - first), first * classes);
        }),
      );
      return all;
    },
    dispose: () => {
      for (const member of members) member.stop();
    },
  };
}

class Thread {
  readonly ready: Promise<void>;
  private readonly worker: NodeThread;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor(start: ThreadStart) {
    this.worker = startThread(start);
    this.ready = new Promise((resolve, reject) => {
      this.worker.once('message', () => resolve());
      this.worker.once('error', reject);
      this.worker.once('exit', () => reject(new Error('the thread ended')));
    });
    this.worker.on('message', (answer: ThreadAnswer) => this.take(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('the thread ended')));
  }

  logits(crops: Float32Array<ArrayBuffer>, count: number): Promise<Float32Array> {
    const id = ++this.asked;
    const question: ThreadQuestion = { id, crops, count };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage(question, [crops.buffer]);
    });
  }

  stop(): void {
    this.fail(new RuntimeError('disposed', 'The model was disposed. Load it again.'));
    void this.worker.terminate();
  }

  private take(answer: ThreadAnswer): void {
    if (answer.id === 0) return;
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('logits' in answer) waiting?.resolve(answer.logits);
    else waiting?.reject(new RuntimeError('internal', `A thread failed: ${answer.error}`));
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
