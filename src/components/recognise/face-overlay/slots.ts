/**
 * Which face is drawn where in the list: a face keeps its slot while it is in view, so that its button, and the focus on it, stay; a free slot is
 * taken by the next face. Not Lit's `repeat`: since lit-html 3.3.1 it leaves a comment in the page for every item that goes
 * (https://github.com/lit/lit/issues/5298), which with a camera was 4.6 a minute, for ever.
 */
interface Drawn {
  readonly face: { readonly id: number };
}

export class FaceSlots {
  private ids: (number | undefined)[] = [];

  /** What is drawn, by slots; undefined where one is free. */
  arrange<Item extends Drawn>(items: readonly Item[]): readonly (Item | undefined)[] {
    const byId = new Map(items.map((item) => [item.face.id, item]));
    this.ids = this.ids.map((id) => (id !== undefined && byId.has(id) ? id : undefined));
    for (const { id } of items.map(({ face }) => face)) {
      if (this.ids.includes(id)) continue;
      const free = this.ids.indexOf(undefined);
      this.ids[free < 0 ? this.ids.length : free] = id;
    }
    while (this.ids.length > 0 && this.ids.at(-1) === undefined) this.ids.pop();
    return this.ids.map((id) => (id === undefined ? undefined : byId.get(id)));
  }
}
