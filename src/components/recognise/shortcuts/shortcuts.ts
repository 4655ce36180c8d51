/** Keys that work anywhere inside `<qcs-fer>`: never in what the page has put into it, never where a key has a meaning of its own. */
import type { LitElement } from 'lit';

export type Shortcut = 'pause' | 'previous' | 'next' | 'help';

const SHORTCUTS: ReadonlyMap<string, Shortcut> = new Map([
  [' ', 'pause'],
  ['ArrowLeft', 'previous'],
  ['ArrowRight', 'next'],
  ['?', 'help'],
]);

/** Parts that take all keys, and those that take the keys of one shortcut. */
const TYPED_INTO = ['input', 'textarea', 'select', '[contenteditable]:not([contenteditable=false])'].join();
const WALKED = ['video[controls]', '[role=slider]', '[role=radiogroup]', '[role=listbox]'].join();
const TAKERS: Readonly<Record<Shortcut, string>> = {
  pause: ['button', 'a[href]', 'summary', 'video[controls]', '[role=slider]', '[role=option]'].join(),
  previous: WALKED,
  next: WALKED,
  help: 'dialog',
};

/** What a pressed key asks `host` for; undefined where it is not the host's to answer. */
export function shortcutOf(event: KeyboardEvent, host: HTMLElement): Shortcut | undefined {
  const shortcut = SHORTCUTS.get(event.key);
  if (shortcut === undefined || event.defaultPrevented || event.isComposing) return undefined;
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const path = event.composedPath();
  const inside = path.slice(0, path.indexOf(host)).filter((node) => node instanceof Element);
  const isTaken = inside.some((part) => host.contains(part) || part.matches(`${TYPED_INTO}, ${TAKERS[shortcut]}`));
  return isTaken ? undefined : shortcut;
}

/** Listens on an element; `answer` is false where there is nothing to do, and the key keeps its usual effect. */
export function obeyKeys(host: LitElement, answer: (shortcut: Shortcut) => boolean): void {
  host.addEventListener('keydown', (event) => {
    const shortcut = shortcutOf(event, host);
    if (shortcut !== undefined && answer(shortcut)) event.preventDefault();
  });
}
