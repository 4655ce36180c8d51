/** Puts blocks of HTML into a page that is open, as their page would have them. */
import type { Page } from 'playwright';

declare global {
  interface Window {
    /** The first answer of an element of the block: a reading with a face, or a fault. */
    firstReading: Promise<string>;
  }
}

/** In place of what is there: the recogniser of an element that is taken out waits for the next, so that a page full of blocks loads it once. */
export async function showBlock(page: Page, html: string): Promise<void> {
  await page.evaluate((text) => {
    document.body.replaceChildren();
    window.firstReading = new Promise((resolve) => {
      document.body.addEventListener('qcs-result', ({ detail: { observation } }) => {
        if (observation.faces.length > 0) resolve(observation.faces[0].expression);
      });
      document.body.addEventListener('qcs-error', ({ detail }) => resolve(detail.error.code));
    });
    const { head, body } = new DOMParser().parseFromString(text, 'text/html');
    for (const node of [...head.childNodes, ...body.childNodes])
      document.body.append(node.nodeName === 'SCRIPT' ? running(node) : node);

    /** Scripts that a parser made are not run, and those that a script makes wait for nothing unless they are told. */
    function running(parsed: Node): HTMLScriptElement {
      const script = document.createElement('script');
      for (const { name, value } of (parsed as HTMLScriptElement).attributes) script.setAttribute(name, value);
      script.textContent = parsed.textContent;
      script.async = false;
      return script;
    }
  }, html);
}
