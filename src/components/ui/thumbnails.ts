/** Addresses of stored images for `<img>`, made when asked for and given back when many newer ones were. */
import { html, nothing } from 'lit';
import { until } from 'lit/directives/until.js';

/** Enough for several screens of a gallery. */
const MOST_KEPT = 600;
/** Up to this size an image becomes part of its address, bytes: for an object URL the page waits for the browser, a millisecond each. */
const INLINE_BYTES = 64 * 1024;

interface Entry {
  readonly asked: Promise<string>;
  url: string | null;
}

export class Thumbnails {
  private readonly entries = new Map<string, Entry>();

  /** @param read the encoded image of a sample */
  constructor(private readonly read: (id: string) => Promise<Blob>) {}

  /** The image's address. Rejects when it cannot be read; a later call tries again. */
  async url(id: string): Promise<string> {
    const known = this.touch(id);
    if (known !== undefined) return known.asked;
    const asked = this.read(id).then(addressOf);
    const entry: Entry = { asked, url: null };
    this.entries.set(id, entry);
    asked.then(
      (url) => (entry.url = url),
      () => this.entries.delete(id),
    );
    this.dropOldest();
    return asked;
  }

  /** The image's address if it is there already, else null. */
  known(id: string): string | null {
    return this.touch(id)?.url ?? null;
  }

  dispose(): void {
    for (const entry of this.entries.values()) revoke(entry);
    this.entries.clear();
  }

  /** Makes an entry the newest. */
  private touch(id: string): Entry | undefined {
    const entry = this.entries.get(id);
    if (entry === undefined) return undefined;
    this.entries.delete(id);
    this.entries.set(id, entry);
    return entry;
  }

  private dropOldest(): void {
    for (const [id, entry] of this.entries) {
      if (this.entries.size <= MOST_KEPT) return;
      this.entries.delete(id);
      revoke(entry);
    }
  }
}

interface Picture {
  readonly alt?: string;
  readonly mirrored?: boolean;
  /** Stands for it until it is there, and where it cannot be read. */
  readonly blank?: unknown;
}

/** A stored image as `<img>`. */
export function thumbnail(thumbnails: Thumbnails | null, id: string, picture: Picture = {}): unknown {
  const { alt = '', mirrored = false, blank = nothing } = picture;
  if (thumbnails === null) return blank;
  const image = (url: string) => html`<img class=${mirrored ? 'mirrored' : ''} src=${url} alt=${alt} />`;
  const known = thumbnails.known(id);
  if (known !== null) return image(known);
  return until(
    thumbnails.url(id).then(image, () => blank),
    blank,
  );
}

async function addressOf(blob: Blob): Promise<string> {
  if (blob.size > INLINE_BYTES) return URL.createObjectURL(blob);
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new TypeError('The image could not be read.')));
    reader.readAsDataURL(blob);
  });
}

/** Nothing happens to addresses that hold their image themselves. */
function revoke({ asked }: Entry): void {
  asked.then(
    (address) => URL.revokeObjectURL(address),
    () => undefined,
  );
}
