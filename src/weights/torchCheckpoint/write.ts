/** Writes checkpoints that `torch.load` reads (PyTorch 1.6 and later): a state_dict of float32 tensors. */
import type { NamedArrays } from '../namedArray.js';
import { crc32 } from '../../base/crc32.js';

const FOLDER = 'archive';
/** torch.save aligns storages to this, so that they can be mapped into memory. */
const ALIGNMENT = 64;
/** Sizes beyond this would need zip64. */
const LARGEST_FILE_BYTES = 0xffffffff;
const LOCAL_HEADER_BYTES = 30;
const PADDING_FIELD = 0x4246;
const ZIP_VERSION = 20;

const encoder = new TextEncoder();

export interface CheckpointOptions {
  /** Put before every name: the published trainer's DataParallel has `module.`. */
  readonly prefix?: string;
  /** The key under which the parameters lie; without it the file is the bare state_dict. */
  readonly key?: string;
}

/**
 * The file as parts to be written one after the other, or to make a Blob of; values share memory with the arrays.
 * @throws RangeError beyond 4 GB
 */
export function torchCheckpointParts(arrays: NamedArrays, options: CheckpointOptions = {}): Uint8Array<ArrayBuffer>[] {
  const zip = new ZipParts();
  zip.add('data.pkl', statePickle(arrays, options));
  zip.add('byteorder', encoder.encode('little'));
  [...arrays.values()].forEach(({ data }, index) => {
    const owned = data.buffer instanceof ArrayBuffer ? data.buffer : data.slice().buffer;
    zip.add(`data/${index}`, new Uint8Array(owned, data.byteOffset, data.byteLength));
  });
  zip.add('version', encoder.encode('3\n'));
  return zip.finish();
}

/** OrderedDict of tensors, protocol 2; storage k belongs to the k-th tensor. */
function statePickle(arrays: NamedArrays, { prefix = '', key }: CheckpointOptions): Uint8Array<ArrayBuffer> {
  const pickle = new ByteWriter();
  const text = (value: string) => {
    const bytes = encoder.encode(value);
    pickle.ascii('X').uint32(bytes.byteLength).bytes(bytes);
  };
  const int = (value: number) => pickle.ascii('J').uint32(value);
  const tuple = (values: readonly number[]) => {
    pickle.ascii('(');
    values.forEach(int);
    pickle.ascii('t');
  };
  pickle.bytes(Uint8Array.of(0x80, 2));
  if (key !== undefined) {
    pickle.ascii('}');
    text(key);
  }
  pickle.ascii('ccollections\nOrderedDict\n)R(');
  let index = 0;
  for (const [name, { shape, data }] of arrays) {
    text(prefix + name);
    pickle.ascii('ctorch._utils\n_rebuild_tensor_v2\n((');
    text('storage');
    pickle.ascii('ctorch\nFloatStorage\n');
    text(String(index));
    text('cpu');
    int(data.length);
    pickle.ascii('tQ');
    int(0);
    tuple(shape);
    tuple(rowMajorStrides(shape));
    pickle.bytes(Uint8Array.of(0x89)).ascii('ccollections\nOrderedDict\n)RtR');
    index++;
  }
  return pickle.ascii(key === undefined ? 'u.' : 'us.').finish();
}

function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/** A zip archive of stored entries, each content aligned. */
class ZipParts {
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #directory = new ByteWriter();
  #bytes = 0;
  #count = 0;

  add(path: string, content: Uint8Array<ArrayBuffer>): void {
    const name = encoder.encode(`${FOLDER}/${path}`);
    const offset = this.#bytes;
    const before = offset + LOCAL_HEADER_BYTES + name.byteLength + 4;
    const padding = (ALIGNMENT - (before % ALIGNMENT)) % ALIGNMENT;
    const crc = crc32(content);
    const common = (header: ByteWriter, extraBytes: number) =>
      header
        .uint16s(ZIP_VERSION, 0, 0, 0, 0)
        .uint32(crc)
        .uint32(content.byteLength)
        .uint32(content.byteLength)
        .uint16s(name.byteLength, extraBytes);
    const local = common(new ByteWriter().uint32(0x04034b50), 4 + padding)
      .bytes(name)
      .uint16s(PADDING_FIELD, padding)
      .bytes(new Uint8Array(padding))
      .finish();
    common(this.#directory.uint32(0x02014b50).uint16s(ZIP_VERSION), 0)
      .uint16s(0, 0, 0)
      .uint32(0)
      .uint32(offset)
      .bytes(name);
    this.#parts.push(local, content);
    this.#bytes += local.byteLength + content.byteLength;
    this.#count++;
    if (this.#bytes > LARGEST_FILE_BYTES) throw new RangeError('A checkpoint beyond 4 GB cannot be written here.');
  }

  finish(): Uint8Array<ArrayBuffer>[] {
    const directory = this.#directory.finish();
    const end = new ByteWriter()
      .uint32(0x06054b50)
      .uint16s(0, 0, this.#count, this.#count)
      .uint32(directory.byteLength)
      .uint32(this.#bytes)
      .uint16s(0);
    return [...this.#parts, directory, end.finish()];
  }
}

/** Little-endian numbers, one after the other. */
class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  ascii(text: string): this {
    return this.bytes(encoder.encode(text));
  }

  bytes(bytes: Uint8Array): this {
    if (this.#length + bytes.byteLength > this.#bytes.byteLength) {
      const larger = new Uint8Array(2 * (this.#length + bytes.byteLength));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
    return this;
  }

  uint16s(...values: readonly number[]): this {
    return this.bytes(Uint8Array.from(values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff])));
  }

  uint32(value: number): this {
    return this.uint16s(value & 0xffff, value >>> 16);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
