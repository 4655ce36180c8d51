/** What a script needs of a browser, whichever it is. */
import type { Page } from 'playwright';

export interface Driver {
  /** Name and version. */
  readonly name: string;
  open(address: string): Promise<void>;
  /** Runs in the page, where nothing outside the function is known. What it gives must be fit for JSON. */
  run<Argument, Result>(work: (argument: Argument) => Promise<Result>, argument: Argument): Promise<Result>;
  /** What the page looks like, as PNG. */
  picture(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** ms that one call may take: training on plain WebAssembly, on a busy machine. */
export const LONGEST_CALL = 300_000;

/** An expression for the promise of what a function gives for an argument, as JSON. */
export function textOf<Argument>(work: (argument: Argument) => Promise<unknown>, argument: Argument): string {
  // The loader of TypeScript names functions by a helper of its own, which a page has not.
  const helper = 'const __name = (it) => it;';
  return `(async () => { ${helper} return JSON.stringify((await (${work.toString()})(${JSON.stringify(argument ?? null)})) ?? null); })()`;
}

/** The same of a page that Playwright drives. */
export function driverOf(page: Page): Driver {
  return {
    name: `Chromium ${page.context().browser()?.version()}`,
    open: async (address) => void (await page.goto(address)),
    run: async (work, argument) =>
      JSON.parse(await page.evaluate<string>(textOf(work, argument))) as Awaited<ReturnType<typeof work>>,
    picture: () => page.screenshot(),
    close: () => page.close(),
  };
}
