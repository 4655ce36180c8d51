/** Browsers that pages in turn share, each in a context of its own. */
import { chromium, type Browser } from 'playwright';
import { findChromium } from './chromium.js';

/** A browser outlives its last page by this, ms: starting one takes as long as many a test. */
const KEPT = 2000;

class SharedBrowser {
  #pages = 0;
  #end: NodeJS.Timeout | undefined;
  #browser: Promise<Browser> | undefined;

  constructor(private readonly args: readonly string[]) {}

  async acquire(): Promise<Browser> {
    clearTimeout(this.#end);
    this.#pages += 1;
    this.#browser ??= launch(this.args);
    const browser = await this.#browser;
    if (browser.isConnected()) return browser;
    return (this.#browser = launch(this.args));
  }

  release(): void {
    this.#pages -= 1;
    if (this.#pages > 0) return;
    this.#end = setTimeout(() => {
      const ended = this.#browser;
      this.#browser = undefined;
      void ended?.then((browser) => browser.close());
    }, KEPT);
  }
}

/** By their arguments. */
const shared = new Map<string, SharedBrowser>();

function launch(args: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...args] });
}

/**
 * A Chromium with these arguments, and what is to be called when its page was closed.
 * @param alone a browser of its own, that ends then
 */
export async function browserFor(
  args: readonly string[],
  alone: boolean,
): Promise<{ readonly browser: Browser; readonly end: () => Promise<void> }> {
  if (alone) {
    const browser = await launch(args);
    return { browser, end: () => browser.close() };
  }
  const key = args.join(' ');
  const one = shared.get(key) ?? new SharedBrowser(args);
  shared.set(key, one);
  const browser = await one.acquire();
  return { browser, end: () => Promise.resolve(one.release()) };
}
