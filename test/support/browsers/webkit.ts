/** WebKitGTK's MiniBrowser, driven through WebDriver (https://w3c.github.io/webdriver/), on a screen of its own where there is none. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Driver, LONGEST_CALL, textOf } from './driver.js';
import { openScreen } from './screen.js';

const DRIVER = '/usr/bin/WebKitWebDriver';
const PROGRAMS = ['4.1', '4.0', '6.0'].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`);
/** Without a GPU WebKit gives no WebGL unless Mesa is told to compute it. */
const SOFTWARE = { LIBGL_ALWAYS_SOFTWARE: '1' };
const START_MS = 60_000;

/** @throws Error where WebKitGTK, its driver or a screen is missing */
export async function startWebKit(): Promise<Driver> {
  const binary = PROGRAMS.find((path) => existsSync(path));
  if (binary === undefined || !existsSync(DRIVER)) {
    throw new Error('No WebKitGTK was found. Debian: apt-get install webkit2gtk-driver xvfb.');
  }
  const screen = await openScreen();
  const port = await freePort();
  const child = spawn(DRIVER, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: screen.name, ...SOFTWARE },
  });
  const address = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  while (
    !(await fetch(`${address}/status`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (performance.now() - begun > START_MS) throw new Error('WebKitWebDriver does not answer.');
    await wait(100);
  }
  const settings = ['--enable-media-stream=true', '--enable-mock-capture-devices=true'];
  const options = { binary, args: ['--automation', ...settings] };
  const { sessionId, capabilities } = (await ask(`${address}/session`, {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  })) as SessionAnswer;
  const session = `${address}/session/${sessionId}`;
  await ask(`${session}/timeouts`, { script: LONGEST_CALL, pageLoad: LONGEST_CALL });
  return {
    name: `WebKitGTK ${capabilities.browserVersion} (${capabilities.browserName})`,
    open: async (url) => void (await ask(`${session}/url`, { url })),
    run: async (work, argument) => {
      const script = `const done = arguments[arguments.length - 1];
        ${textOf(work, argument)}.then((json) => done({ json }), (error) => done({ fault: String(error) }));`;
      const { json, fault } = (await ask(`${session}/execute/async`, { script, args: [] })) as Outcome;
      if (json === undefined) throw new Error(fault);
      return JSON.parse(json) as Awaited<ReturnType<typeof work>>;
    },
    picture: async () => Buffer.from((await ask(`${session}/screenshot`)) as string, 'base64'),
    close: async () => {
      await fetch(session, { method: 'DELETE' }).catch(() => undefined);
      child.kill();
      screen.close();
    },
  };
}

interface SessionAnswer {
  readonly sessionId: string;
  readonly capabilities: { readonly browserName: string; readonly browserVersion: string };
}
interface Outcome {
  readonly json?: string;
  readonly fault?: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** What the driver answers: to a body by POST, without one by GET. */
async function ask(address: string, body?: object): Promise<unknown> {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const { value } = (await (await fetch(address, options)).json()) as { readonly value: unknown };
  const { error, message } = (value ?? {}) as { readonly error?: string; readonly message?: string };
  if (typeof value === 'object' && error !== undefined) throw new Error(`${address}: ${error}, ${message}`);
  return value;
}
