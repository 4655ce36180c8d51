/** A static server for the whole-page tests: files of one folder under a path, with the content security policy if asked. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
  '.webmanifest': 'application/manifest+json',
};

export interface ServerOptions {
  /** Served under this path, for instance `/some/where/`. */
  readonly base?: string;
  readonly policy?: string;
  /** Further headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Lets pages of other origins read what is served. */
  readonly shared?: boolean;
  /** Answers instead of the file, for faults: a status and a body, or null to let the file through. */
  readonly intercept?: (path: string) => { status: number; body: string | Uint8Array; type?: string } | null;
  /** Further folders, by the path under which they are served, with its slashes. */
  readonly also?: Readonly<Record<string, string>>;
  /** Further pages by path, as HTML. */
  readonly pages?: Readonly<Record<string, string>>;
}

export interface StaticServer {
  /** With the base and a slash at its end. */
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves `folder` on a free port of the loopback address. */
export async function serve(folder: string, options: ServerOptions = {}): Promise<StaticServer> {
  const base = options.base ?? '/';
  const root = resolve(folder);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (options.policy !== undefined) response.setHeader('Content-Security-Policy', options.policy);
    response.setHeader('Cache-Control', 'no-store');
    for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value);
    if (options.shared === true) response.setHeader('Access-Control-Allow-Origin', '*');
    const page = options.pages?.[path];
    if (page !== undefined) {
      response.writeHead(200, { 'Content-Type': TYPES['.html'] }).end(page);
      return;
    }
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const answer = options.intercept?.(path) ?? null;
    if (answer !== null) {
      response.writeHead(answer.status, { 'Content-Type': answer.type ?? 'text/plain' }).end(answer.body);
      return;
    }
    const [at, home] = Object.entries(options.also ?? {}).find(([other]) => path.startsWith(other)) ?? [base, root];
    const relative = path.startsWith(at) ? path.slice(at.length) : undefined;
    let file = relative === undefined ? undefined : normalize(join(home, relative));
    if (file !== undefined && (relative === '' || relative?.endsWith('/'))) file = join(file, 'index.html');
    const size = file === undefined || !(file + sep).startsWith(home + sep) ? undefined : fileSize(file);
    if (file === undefined || size === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: origin + base,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

function fileSize(path: string): number | undefined {
  try {
    const status = statSync(path);
    return status.isFile() ? status.size : undefined;
  } catch {
    return undefined;
  }
}
