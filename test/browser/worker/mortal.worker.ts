/** A worker that ends as it is told to. */
import { serve } from '../../../src/worker/serve.js';

/** What the test asks of it. */
export interface MortalApi {
  readonly echo: (value: string) => Promise<string>;
  /** Computes for a while and answers nothing meanwhile. In short steps it would be hung after ten seconds. */
  readonly compute: (milliseconds: number) => Promise<string>;
  /** Ends without a word, after a moment. */
  readonly vanish: () => Promise<never>;
  readonly loopForEver: () => Promise<never>;
  readonly throwOutside: () => Promise<never>;
}

const never = new Promise<never>(() => undefined);

serve<MortalApi>({
  echo: (value) => value,
  compute: (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return 'computed';
  },
  vanish: () => {
    setTimeout(() => globalThis.close(), 300);
    return never;
  },
  loopForEver: () => {
    for (;;);
  },
  throwOutside: () => {
    setTimeout(() => {
      throw new Error('boom');
    });
    return never;
  },
});
