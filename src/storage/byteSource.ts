/** Bytes that are read piece by piece, so that a large file never lies in memory whole. */

export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller stays within `size`. Rejects when the medium fails. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file or blob of the browser. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

/** Bytes already in memory. Pieces are copies. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: (offset, length) => Promise.resolve(new Uint8Array(bytes.subarray(offset, offset + length))),
  };
}
