/** `export`: a model's weights under the published names, for PyTorch. */
import { parseArgs } from 'node:util';
import type { Manifest } from '../src/weights/manifest.js';
import type { NamedArrays } from '../src/weights/namedArray.js';
import { writeSafetensors } from '../src/weights/safetensors.js';
import { writeWhole } from '../src/storage/node/writeWhole.js';
import { torchCheckpointParts } from '../src/weights/torchCheckpoint/write.js';
import { note, print } from './output.js';
import { loadModelAt } from '../src/node/modelFiles.js';
import { UsageError } from './usageError.js';

export const EXPORT_USAGE = `export --model MANIFEST --out FILE.pth|FILE.safetensors [--plain]

Writes all of a model's weights, training modules included, into one float32 file under the names of the published code.
A .pth file has the published trainer's form: {'state_dict': ...} with the prefix module. on every name. Load it with
model.load_state_dict(checkpoint['state_dict'], strict=False): modules that nothing uses are not in it.
  --plain   a .pth file that is the bare state_dict, without the prefix`;

/** Runs the command. @throws UsageError; ModelError for the model. */
export async function runExport(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { model: { type: 'string' }, out: { type: 'string' }, plain: { type: 'boolean', default: false } },
  });
  const { model, out, plain } = values;
  if (model === undefined || out === undefined) throw new UsageError('--model and --out are needed.');
  const base = await loadModelAt(model, ['base']);
  const { manifest, arrays } = base.manifest.files.some(({ part }) => part === 'training')
    ? await loadModelAt(model, ['base', 'training'])
    : base;
  await writeWhole(out, fileParts(out, manifest, arrays, plain));
  print(`Wrote ${out}: ${arrays.size} tensors.\n`);
  const { outputsPerClass } = manifest.architecture;
  if (outputsPerClass !== undefined) {
    const shares = manifest.classes.map((name, index) => `${name} ${outputsPerClass[index]}`).join(', ');
    note(`Add up the probabilities of the outputs that belong to one class, in this order: ${shares}.\n`);
  }
}

function fileParts(out: string, manifest: Manifest, arrays: NamedArrays, plain: boolean): Uint8Array[] {
  if (out.endsWith('.safetensors')) return [writeSafetensors(arrays, { metadata: { model: manifest.id } })];
  if (!/\.pth?$/.test(out)) throw new UsageError('--out ends in .pth, .pt or .safetensors.');
  return torchCheckpointParts(arrays, plain ? {} : { prefix: 'module.', key: 'state_dict' });
}
