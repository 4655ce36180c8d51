/** Files that somebody gave, each with its path (`/` between folders): from a folder, a drop or a zip. */

/** As the browser has them; survives structured cloning. */
export interface NamedBlob {
  readonly path: string;
  readonly blob: Blob;
}

/** Wherever they lie: read when they are asked for. */
export interface NamedBytes {
  readonly path: string;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}
