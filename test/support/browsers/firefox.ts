/** Firefox, driven through WebDriver BiDi, which it speaks itself (https://w3c.github.io/webdriver-bidi/). */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type Driver, LONGEST_CALL, textOf } from './driver.js';
import { openScreen } from './screen.js';

const PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
/** A camera that shows moving colours, granted without a question; nothing of its own is asked for or shown. */
const SETTINGS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // Firefox gives no WebGL on the software renderer of a machine without a GPU, unless told to.
  'webgl.force-enabled': true,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.disabledForTesting': true,
};

/** @throws Error where no Firefox is installed */
export async function startFirefox(): Promise<Driver> {
  const program = process.env['FIREFOX_PATH'] ?? PATHS.find((path) => existsSync(path));
  if (program === undefined) throw new Error('No Firefox was found. Debian: apt-get install firefox-esr.');
  const profile = mkdtempSync(join(tmpdir(), 'qcs-firefox-'));
  const lines = Object.entries(SETTINGS).map(([name, value]) => `user_pref("${name}", ${value});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const screen = await openScreen();
  const options = ['--no-remote', '--remote-debugging-port=0', '--profile', profile];
  const child = spawn(program, options, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DISPLAY: screen.name },
  });
  const address = await new Promise<string>((resolve, reject) => {
    let words = '';
    child.stderr.on('data', (text: Buffer) => {
      words += text.toString();
      const [, found] = /WebDriver BiDi listening on (ws:\S+)/.exec(words) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`Firefox ended: ${words}`)));
  });
  const connection = await Connection.open(`${address}/session`);
  const { capabilities } = (await connection.send('session.new', { capabilities: {} })) as SessionAnswer;
  const { contexts } = (await connection.send('browsingContext.getTree', {})) as TreeAnswer;
  const [{ context }] = contexts;
  await connection.send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 800 } });
  return {
    name: `Firefox ${capabilities.browserVersion}`,
    open: async (url) => void (await connection.send('browsingContext.navigate', { context, url, wait: 'complete' })),
    run: async (work, argument) => {
      const answer = (await connection.send('script.evaluate', {
        expression: textOf(work, argument),
        target: { context },
        awaitPromise: true,
      })) as ScriptAnswer;
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value) as Awaited<ReturnType<typeof work>>;
    },
    picture: async () => {
      const { data } = (await connection.send('browsingContext.captureScreenshot', { context })) as { data: string };
      return Buffer.from(data, 'base64');
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.send('browser.close', {}).catch(() => child.kill());
      await ended;
      screen.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface SessionAnswer {
  readonly capabilities: { readonly browserVersion: string };
}
interface TreeAnswer {
  readonly contexts: readonly { readonly context: string }[];
}
type ScriptAnswer =
  | { readonly type: 'success'; readonly result: { readonly value: string } }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } };

interface Message {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: object;
  readonly message?: string;
}

/** Commands and their answers over one socket. */
class Connection {
  private last = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async open(address: string): Promise<Connection> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Connection(socket);
  }

  async send(method: string, parameters: object): Promise<object> {
    const id = ++this.last;
    this.socket.send(JSON.stringify({ id, method, params: parameters }));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.socket.off('message', listen);
      };
      const timer = setTimeout(() => (end(), reject(new Error(`${method} was not answered.`))), LONGEST_CALL);
      const listen = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as Message;
        if (answer.id !== id) return;
        end();
        if (answer.type === 'success') resolve(answer.result ?? {});
        else reject(new Error(`${method}: ${answer.message}`));
      };
      this.socket.on('message', listen);
    });
  }
}
