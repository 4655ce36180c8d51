/**
 * A list whose items keep their elements while they stay in it. Lit's `repeat` leaves a comment in the page for every item that goes, since lit-html
 * 3.3.1 (https://github.com/lit/lit/issues/5010): a gallery that is scrolled would fill the page with them.
 */
import { noChange } from 'lit';
import { directive, Directive, PartType, type ChildPart, type PartInfo } from 'lit/directive.js';
import { clearPart, insertPart, removePart, setChildPartValue, setCommittedValue } from 'lit/directive-helpers.js';

class KeyedList<Item> extends Directive {
  private parts = new Map<unknown, ChildPart>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.CHILD) throw new Error('keyedList() stands between tags, not in one.');
  }

  /** What a server writes. */
  render(items: readonly Item[], _keyOf: (item: Item) => unknown, draw: (item: Item) => unknown): unknown {
    return items.map(draw);
  }

  override update(container: ChildPart, [items, keyOf, draw]: Parameters<this['render']>): typeof noChange {
    if (this.parts.size === 0) clearPart(container);
    const wanted = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, part] of this.parts) if (!wanted.has(key)) removeWhole(part);
    const parts = new Map<unknown, ChildPart>();
    let next: ChildPart | undefined;
    // From the last to the first: what stands before the next one already is not moved.
    for (const [key, item] of [...wanted].toReversed()) {
      next = insertPart(container, next, this.parts.get(key));
      setChildPartValue(next, draw(item));
      parts.set(key, next);
    }
    this.parts = parts;
    setCommittedValue(container, [...parts.values()].toReversed());
    return noChange;
  }
}

/** With the comment behind it. */
function removeWhole(part: ChildPart): void {
  const { endNode } = part;
  removePart(part);
  endNode?.parentNode?.removeChild(endNode);
}

const keyed = directive(KeyedList);

/** `keyedList(faces, ({ id }) => id, (face) => html\`…\`)`; of two items with one key the last is drawn. */
export function keyedList<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
  draw: (item: Item) => unknown,
): unknown {
  return keyed(items, keyOf as (item: unknown) => unknown, draw as (item: unknown) => unknown);
}
