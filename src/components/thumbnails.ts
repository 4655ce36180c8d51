/** Addresses of stored images for `<img>`, made when asked for and given back when many newer ones were. */

/** Enough for several screens of a gallery. */
const MOST_KEPT = 600;

export class Thumbnails {
  private readonly urls = new Map<string, Promise<string>>();

  /** @param read the encoded image of a sample */
  constructor(private readonly read: (id: string) => Promise<Blob>) {}

  /** The image's address. Rejects when it cannot be read; a later call tries again. */
  async url(id: string): Promise<string> {
    const known = this.urls.get(id);
    if (known !== undefined) {
      this.urls.delete(id);
      this.urls.set(id, known);
      return known;
    }
    const made = this.read(id).then((blob) => URL.createObjectURL(blob));
    this.urls.set(id, made);
    made.catch(() => this.urls.delete(id));
    this.dropOldest();
    return made;
  }

  dispose(): void {
    for (const url of this.urls.values()) revoke(url);
    this.urls.clear();
  }

  private dropOldest(): void {
    for (const [id, url] of this.urls) {
      if (this.urls.size <= MOST_KEPT) return;
      this.urls.delete(id);
      revoke(url);
    }
  }
}

function revoke(url: Promise<string>): void {
  url.then(
    (address) => URL.revokeObjectURL(address),
    () => undefined,
  );
}
