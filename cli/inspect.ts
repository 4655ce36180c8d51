/** `inspect`: what is in a checkpoint, a safetensors file or a model, without converting anything. */
import { parseArgs } from 'node:util';
import { megabytes } from '../src/base/format.js';
import { ModelError } from '../src/errors.js';
import { recognizeTensorFile } from '../src/network/checkpoint/convertModel.js';
import type { RunConfiguration } from '../src/network/checkpoint/runConfiguration.js';
import { describeArchitecture } from '../src/weights/describeArchitecture.js';
import type { Architecture, Manifest } from '../src/weights/manifest.js';
import { parseManifest } from '../src/weights/manifestSchema.js';
import { openTensorFile, type TensorFile } from '../src/weights/tensorFile.js';
import { print } from './output.js';
import { loadModelAt, readManifestFile, withFile } from '../src/node/modelFiles.js';
import { UsageError } from './usageError.js';

export const INSPECT_USAGE = `inspect FILE [--json]

Shows what is in a PyTorch checkpoint, a .safetensors file or a model's manifest.json: architecture, tensors, types.
A manifest's weights are checked against their hashes.`;

interface TensorReport {
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  /** Null for tensors of no known network. */
  readonly architecture: Architecture | null;
  /** How many outputs; null likewise. */
  readonly classes: number | null;
  /** The configuration of the training run, where the file carries it. */
  readonly run: RunConfiguration | null;
  readonly values: number;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  readonly skipped: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Runs the command. @throws UsageError; ModelError for a file that cannot be read. */
export async function runInspect(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1) throw new UsageError('Name one file to inspect.');
  const [path] = positionals;
  if (path.endsWith('.json')) return showManifest(path, values.json);
  const report = await withFile(path, async (source) => describe(path, source.size, await openTensorFile(source)));
  print(values.json ? `${JSON.stringify(report, null, 2)}\n` : format(report));
}

function describe(file: string, bytes: number, opened: TensorFile): TensorReport {
  const tensors = [...opened.tensors].map(([name, { shape, type }]) => ({ name, shape, dtype: type }));
  const values = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const { kind, skipped, metadata } = opened;
  return { file, kind, bytes, ...recognized(opened), values, tensors, skipped, metadata };
}

function recognized(file: TensorFile): Pick<TensorReport, 'architecture' | 'classes' | 'run'> {
  try {
    return { run: null, ...recognizeTensorFile(file) };
  } catch (error) {
    if (error instanceof ModelError) return { architecture: null, classes: null, run: null };
    throw error;
  }
}

function format(report: TensorReport): string {
  const { file, kind, bytes, architecture, classes, run, values, tensors, skipped, metadata } = report;
  const width = Math.max(...tensors.map(({ name }) => name.length), 0);
  const lines = [
    `${file}: ${kind === 'torch' ? 'PyTorch checkpoint' : 'safetensors'}, ${megabytes(bytes)}`,
    architecture === null ? 'Architecture: not recognised' : `Architecture: ${describeArchitecture(architecture)}`,
    ...(classes === null || run !== null ? [] : [`Outputs: ${classes} classes, whose names the file does not tell`]),
    ...(run === null ? [] : [`Run: ${run.id}`, `Classes: ${run.classes.join(', ')}`]),
    ...Object.entries(metadata).map(([key, text]) => `${key}: ${text}`),
    ...(skipped.length === 0 ? [] : [`Not tensors that can be read: ${skipped.join(', ')}`]),
    `${tensors.length} tensors, ${values} values`,
    ...tensors.map(({ name, shape, dtype }) => `  ${name.padEnd(width)}  ${dtype.padEnd(4)}  [${shape.join(', ')}]`),
  ];
  return `${lines.join('\n')}\n`;
}

async function showManifest(path: string, json: boolean): Promise<void> {
  const manifest = parseManifest(await readManifestFile(path));
  await loadModelAt(path);
  const parts = new Set(manifest.files.map(({ part }) => part));
  // The compact part holds the base part's tensors once more.
  parts.delete('compact');
  const { arrays } = await loadModelAt(path, [...parts]);
  const values = [...arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
  print(
    json
      ? `${JSON.stringify({ file: path, kind: 'manifest', manifest, tensors: arrays.size, values }, null, 2)}\n`
      : formatManifestText(path, manifest, arrays.size, values),
  );
}

function formatManifestText(path: string, manifest: Manifest, tensors: number, values: number): string {
  const { id, version, architecture, classes, input, files, licence, notice } = manifest;
  const lines = [
    `${path}: ${id} ${version}, all hashes right`,
    `Architecture: ${describeArchitecture(architecture)}`,
    `Classes: ${classes.join(', ')}`,
    `Input: ${input.colour}, resized to ${input.resizeTo} (${input.resize}), centre ${input.centreCrop}, stride ${input.stride}`,
    ...files.map((file) => `${file.part}: ${file.path}, ${file.dtype}, ${megabytes(file.bytes)}`),
    `${tensors} tensors, ${values} values`,
    `Licence: ${licence}`,
    ...(notice === undefined ? [] : [`Notice: ${notice}`]),
  ];
  return `${lines.join('\n')}\n`;
}
