/** SHA-256 (FIPS 180-4). */

/** The digest as 64 lower-case hexadecimal digits. WebCrypto where there is one; pages without TLS have none and compute it here. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  const digest = subtle === undefined ? sha256Portable(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const BLOCK_BYTES = 64;

/** The 32 bytes of the digest, computed without WebCrypto. */
export function sha256Portable(bytes: Uint8Array): Uint8Array {
  const { state, rounds } = constants();
  const words = new Uint32Array(64);
  const whole = Math.floor(bytes.byteLength / BLOCK_BYTES) * BLOCK_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < whole; offset += BLOCK_BYTES) compress(state, view, offset, words, rounds);
  const tail = padded(bytes.subarray(whole), bytes.byteLength);
  for (let offset = 0; offset < tail.byteLength; offset += BLOCK_BYTES) compress(state, tail, offset, words, rounds);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setUint32(i * 4, word));
  return new Uint8Array(digest.buffer);
}

function padded(rest: Uint8Array, totalBytes: number): DataView {
  const block = new Uint8Array(rest.byteLength + 9 > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES);
  block.set(rest);
  block[rest.byteLength] = 0x80;
  const view = new DataView(block.buffer);
  view.setBigUint64(block.byteLength - 8, BigInt(totalBytes) * 8n);
  return view;
}

function compress(state: Uint32Array, view: DataView, offset: number, w: Uint32Array, rounds: Uint32Array): void {
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15];
    const b = w[i - 2];
    const small0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const small1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = (w[i - 16] + small0 + w[i - 7] + small1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + big1 + choice + rounds[i] + w[i]) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + big0 + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = state[i] + value));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** Fractional parts of the square and cube roots of the first primes, as the standard defines its constants. */
function constants(): { state: Uint32Array; rounds: Uint32Array } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (root: number) => (root - Math.floor(root)) * 2 ** 32;
  return {
    state: Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
    rounds: Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
  };
}
