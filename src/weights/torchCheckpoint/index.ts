/**
 * Reads PyTorch checkpoints (`torch.save` since 1.6) without PyTorch and without running anything in them. Tensors are read one by one, so
 * a checkpoint with optimizer state three times the model's size costs no more memory than its largest tensor.
 */
import { MAXIMUM_PICKLE_BYTES } from '../../base/limits.js';
import type { ByteSource } from '../../storage/byteSource.js';
import { ELEMENT_BYTES } from '../elementType.js';
import type { TensorFile, TensorInfo } from '../tensorInfo.js';
import { CHECKPOINT_ZIP, damaged, refused } from './problems.js';
import { findStateDict, type StateDict } from './stateDict.js';
import { checkTensor, elementCount, tensorValues } from './tensorValues.js';
import { type StorageReference, torchBuilder } from './torchObjects.js';
import { unpickle } from './unpickler.js';
import { openZip, type ZipArchive } from '../../storage/zipArchive.js';

/** Tied parameters may share values; a file that claims more than this many times its size is forged. */
const MOST_CLAIMED = 2;
const ASCII = new TextDecoder('latin1');

/** @throws ModelError `model-truncated` or `checkpoint-format`. */
export async function openTorchCheckpoint(source: ByteSource): Promise<TensorFile> {
  const archive = await openZip(source, CHECKPOINT_ZIP);
  const folder = findFolder(archive);
  await checkByteOrder(archive, folder);
  const pickle = archive.entries.get(`${folder}data.pkl`);
  if (pickle === undefined) throw damaged('its data.pkl is missing');
  if (pickle.size > MAXIMUM_PICKLE_BYTES) throw damaged('its data.pkl is far too large');
  const state = findStateDict(unpickle(await archive.read(pickle), torchBuilder));
  checkClaims(state, archive, folder, source.size);

  const storages = new StorageReader(archive, folder);
  const tensors = new Map<string, TensorInfo>();
  for (const [name, { shape, type }] of state.tensors) tensors.set(name, { shape, type });
  return {
    kind: 'torch',
    tensors,
    skipped: state.skipped,
    metadata: {},
    config: state.config,
    read: async (name) => {
      const tensor = state.tensors.get(name);
      if (tensor === undefined) throw new RangeError(`There is no tensor ${name} in this checkpoint.`);
      return tensorValues(tensor, await storages.read(tensor.storage));
    },
  };
}

/** All entries lie in one folder, named after the file that torch.save wrote. */
function findFolder(archive: ZipArchive): string {
  const names = [...archive.entries.keys()];
  if (names.some((name) => /(^|\/)(?:constants\.pkl|code\/)/.test(name))) {
    throw refused(
      'This is a TorchScript module, not a checkpoint.',
      'In PyTorch, run torch.save(torch.jit.load(file).state_dict(), other).',
    );
  }
  const pickle = names.find((name) => /^[^/]*\/?data\.pkl$/.test(name));
  if (pickle === undefined)
    throw refused('This zip file is no PyTorch checkpoint.', 'Choose a file that torch.save wrote.');
  return pickle.slice(0, -'data.pkl'.length);
}

async function checkByteOrder(archive: ZipArchive, folder: string): Promise<void> {
  const entry = archive.entries.get(`${folder}byteorder`);
  if (entry === undefined || entry.size > 16) return;
  if (ASCII.decode(await archive.read(entry)) === 'big') {
    throw refused('This checkpoint was saved on a big-endian machine.', 'Save it again on a usual one.');
  }
}

function checkClaims(state: StateDict, archive: ZipArchive, folder: string, fileBytes: number): void {
  let claimed = 0;
  for (const [name, tensor] of state.tensors) {
    const entry = archive.entries.get(`${folder}data/${tensor.storage.key}`);
    if (entry === undefined) throw damaged(`the values of ${JSON.stringify(name)} are missing`);
    if (entry.size !== tensor.storage.bytes) throw damaged(`the values of ${JSON.stringify(name)} are incomplete`);
    checkTensor(name, tensor);
    claimed += elementCount(tensor.shape) * ELEMENT_BYTES[tensor.type];
  }
  if (claimed > MOST_CLAIMED * fileBytes) throw damaged('its tensors claim far more values than the file holds');
}

/** Keeps the last storage, because tensors that share one usually follow each other. */
class StorageReader {
  #key: string | undefined;
  #bytes = new Uint8Array(0);

  readonly #archive: ZipArchive;
  readonly #folder: string;

  constructor(archive: ZipArchive, folder: string) {
    this.#archive = archive;
    this.#folder = folder;
  }

  async read(storage: StorageReference): Promise<Uint8Array> {
    if (this.#key !== storage.key) {
      const entry = this.#archive.entries.get(`${this.#folder}data/${storage.key}`);
      if (entry === undefined) throw damaged(`the storage ${storage.key} is missing`);
      this.#key = undefined;
      this.#bytes = new Uint8Array(0);
      this.#bytes = await this.#archive.read(entry);
      this.#key = storage.key;
    }
    return this.#bytes;
  }
}
