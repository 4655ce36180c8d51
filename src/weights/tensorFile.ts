/** Opens files of named tensors, whatever their format: safetensors or a PyTorch checkpoint. */
import { ModelError } from '../errors.js';
import type { ByteSource } from '../storage/byteSource.js';
import { decodeElements } from './elementType.js';
import { inSteps, isStepsName, stepsOf } from './int8Rows.js';
import { safetensorsHeaderFrom } from './safetensors.js';
import type { SafetensorsEntry } from './safetensorsHeader.js';
import type { TensorFile } from './tensorInfo.js';
import { openTorchCheckpoint } from './torchCheckpoint/index.js';

export type { TensorFile, TensorInfo } from './tensorInfo.js';

const START_BYTES = 16;
/** The first bytes of torch.save's format before 1.6: a pickled magic number. */
const LEGACY_TORCH = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const PICKLE = 0x80;

/**
 * Opens a safetensors file or a PyTorch checkpoint, recognised by its content, not its name.
 * @throws ModelError `model-truncated`, `model-format` or `checkpoint-format`.
 */
export async function openTensorFile(source: ByteSource): Promise<TensorFile> {
  const start = await source.read(0, Math.min(START_BYTES, source.size));
  if (startsWith(start, ZIP)) return openTorchCheckpoint(source);
  if (startsWith(start, LEGACY_TORCH)) {
    throw new ModelError(
      'checkpoint-format',
      'This checkpoint has the format that PyTorch used before 1.6. In PyTorch, run torch.save(torch.load(file), other) and use that.',
    );
  }
  if (start[0] === PICKLE) {
    throw new ModelError(
      'checkpoint-format',
      'This is a plain Python pickle. In PyTorch, save its tensors with torch.save.',
    );
  }
  if (start[0] === 0x7b) {
    throw new ModelError(
      'checkpoint-format',
      'This is a JSON file, perhaps the index of a sharded checkpoint. Merge the shards into one file and use that.',
    );
  }
  if (start[8] === 0x7b) return openSafetensors(source);
  if (source.size < START_BYTES) {
    throw new ModelError('model-truncated', `This file has only ${source.size} bytes. Download or copy it again.`);
  }
  throw new ModelError(
    'checkpoint-format',
    'This is neither a safetensors file nor a PyTorch checkpoint. Choose a .safetensors, .pth or .pt file.',
  );
}

async function openSafetensors(source: ByteSource): Promise<TensorFile> {
  const { entries, metadata } = await safetensorsHeaderFrom(source);
  const values = async ({ begin, end, type }: SafetensorsEntry) =>
    decodeElements(await source.read(begin, end - begin), type);
  return {
    kind: 'safetensors',
    tensors: new Map([...entries].filter(([name]) => !isStepsName(name, entries))),
    skipped: [],
    metadata,
    read: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw new RangeError(`There is no tensor ${name} in this file.`);
      const steps = stepsOf(name, entries);
      const data = await values(entry);
      return steps === undefined ? data : inSteps(data, await values(steps));
    },
  };
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
