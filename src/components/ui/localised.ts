/** The language of an element: that of the nearest `lang` around it, through shadow roots, and its changes. */
import { nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';
import type { Area } from '../../messages/area.js';
import { commonArea } from '../../messages/common/area.js';
import { FALLBACK } from '../../messages/languages.js';
import type { Catalogue } from '../../messages/message.js';
import { loadMessages, onMessages } from '../../messages/store.js';
import { Words } from '../../messages/words.js';

/**
 * The words of an element, in the language around it. English until another language has come, then anew.
 * ```ts
 * private readonly localised = new Localised(this, recogniseArea);
 * render() { return html`<p>${this.localised.words.text('paused')}</p>`; }
 * ```
 */
export class Localised<English extends Catalogue> implements ReactiveController {
  words: Words<English>;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly area: Area<English>,
  ) {
    this.words = new Words(area, FALLBACK);
    host.addController(this);
  }

  /** For `dir` of an element's outermost part: from right to left where the words are, else as the page around it. */
  get direction(): 'rtl' | typeof nothing {
    return this.words.isRightToLeft ? 'rtl' : nothing;
  }

  hostConnected(): void {
    this.stops.push(watchLanguage(this.host, this.follow), onMessages(this.speak));
    this.follow();
  }

  hostDisconnected(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private readonly follow = (): void => {
    const tag = languageOf(this.host);
    void loadMessages(this.area, tag);
    void loadMessages(commonArea, tag);
    this.speak();
  };

  private readonly speak = (): void => {
    this.words = new Words(this.area, languageOf(this.host));
    this.host.requestUpdate();
  };
}

/** The tag of the nearest `lang`, through shadow roots; English where there is none. */
export function languageOf(element: Element): string {
  for (let at: Element | null = element; at !== null; at = hostOf(at)) {
    const lang = at.closest('[lang]')?.getAttribute('lang');
    if (lang !== null && lang !== undefined) return lang === '' ? FALLBACK : lang;
  }
  return FALLBACK;
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

const watching = new Set<() => void>();
let observer: MutationObserver | undefined;

/** One observer for all elements. Returns a function that stops watching. */
function watchLanguage(element: Element, changed: () => void): () => void {
  observer ??= new MutationObserver(() => {
    for (const tell of watching) tell();
  });
  for (let at: Element | null = element; at !== null; at = hostOf(at)) {
    observer.observe(at.getRootNode(), { attributes: true, attributeFilter: ['lang'], subtree: true });
  }
  watching.add(changed);
  return () => {
    watching.delete(changed);
    if (watching.size > 0) return;
    observer?.disconnect();
    observer = undefined;
  };
}
