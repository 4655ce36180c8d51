/** The one validator of manifests, format 1. Everything that reads or writes a model goes through it. */
import { ModelError, type ModelErrorCode } from '../errors.js';
import { type Backbone, BACKBONE_ENTRIES, FAMILIES, type Family } from './architectures.js';
import { FieldReader } from './fieldReader.js';
import type { AlignmentTemplate, Architecture, InputSpec, Manifest, ModelFile, TemplatePoint } from './manifest.js';

export const MANIFEST_FORMAT = 1;
/** A manifest is a page of text; more is something else. */
const LARGEST_MANIFEST_BYTES = 4_000_000;

/**
 * The manifest in a file's bytes.
 * @throws ModelError `model-format` when it is no manifest of format 1, `model-architecture` when its network is none that is known.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.byteLength > LARGEST_MANIFEST_BYTES) throw invalid('model-format', 'it is far too long');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelError('model-format', 'The model’s manifest is not JSON. Point to the manifest.json of a model.', {
      cause,
    });
  }
  return validateManifest(value);
}

/** Checks every field of a parsed manifest and gives it back typed. Throws as {@link parseManifest}. */
export function validateManifest(value: unknown): Manifest {
  const fields = new FieldReader(value, '', fail('model-format'));
  if (!fields.has('format')) throw invalid('model-format', 'it does not say its format');
  if (fields.raw('format') !== MANIFEST_FORMAT) {
    throw new ModelError(
      'model-format',
      `This model’s manifest has format ${JSON.stringify(fields.raw('format'))}, and this version reads format ${MANIFEST_FORMAT}. Update QCS-FER or export the model again.`,
    );
  }
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    id: modelId(fields),
    version: fields.text('version'),
    architecture: architecture(fields.raw('architecture')),
    classes: classes(fields),
    input: input(fields.object('input')),
    temperature: positive(fields, 'temperature'),
    files: files(fields),
    ...defined(
      'training',
      fields.optional('training', (key) => record(fields, key)),
    ),
    ...defined(
      'metrics',
      fields.optional('metrics', (key) => record(fields, key)),
    ),
    licence: fields.text('licence'),
    ...defined(
      'notice',
      fields.optional('notice', (key) => fields.text(key)),
    ),
  };
  fields.end();
  const { classes: names, architecture: network } = manifest;
  if (network.outputsPerClass !== undefined && network.outputsPerClass.length !== names.length) {
    fields.fail(
      'architecture.outputsPerClass',
      `counts ${network.outputsPerClass.length} classes, and there are ${names.length}`,
    );
  }
  return manifest;
}

/** The manifest as the bytes of its file, after the same checks. Throws as {@link parseManifest}. */
export function formatManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(validateManifest(manifest), null, 2)}\n`);
}

function architecture(value: unknown): Architecture {
  const fields = new FieldReader(value, 'architecture', fail('model-architecture'));
  const family = fields.oneOf('family', Object.keys(FAMILIES) as Family[]);
  const backbone = fields.oneOf('backbone', Object.keys(BACKBONE_ENTRIES) as Backbone[]);
  if (BACKBONE_ENTRIES[backbone].gives !== FAMILIES[family].reads) {
    fields.fail('backbone', `is ${backbone}, which does not go with the family ${family}`);
  }
  const count = (least: number) => (key: string) => fields.count(key, least);
  const result: Architecture = {
    family,
    backbone,
    ...defined('stem', fields.optional('stem', count(1))),
    ...defined(
      'stages',
      fields.optional('stages', () => stages(fields)),
    ),
    ...defined('embedding', fields.optional('embedding', count(1))),
    ...defined('depth', fields.optional('depth', count(1))),
    ...defined('crossDepth', fields.optional('crossDepth', count(1))),
    ...defined('heads', fields.optional('heads', count(1))),
    ...defined(
      'csaResidual',
      fields.optional('csaResidual', (key) => fields.oneOf(key, ['normalised', 'raw'])),
    ),
    ...defined(
      'attention',
      fields.optional('attention', (key) => fields.oneOf(key, ['SD', 'S', 'D', 'dot'])),
    ),
    ...defined(
      'residual',
      fields.optional('residual', (key) => fields.flag(key)),
    ),
    ...defined(
      'batchNorm',
      fields.optional('batchNorm', (key) => fields.oneOf(key, ['joint', 'per-branch'])),
    ),
    ...defined(
      'outputsPerClass',
      fields.optional('outputsPerClass', () => outputsPerClass(fields)),
    ),
    ...defined(
      'dropout',
      fields.optional('dropout', (key) => dropout(fields.object(key))),
    ),
  };
  fields.end();
  checkTransformer(fields, result);
  return result;
}

function checkTransformer(
  fields: FieldReader,
  { backbone, embedding, heads, depth, stages: sizes }: Architecture,
): void {
  if (BACKBONE_ENTRIES[backbone].gives === 'map') return;
  if (embedding === undefined) fields.fail('embedding', 'is missing');
  if (heads === undefined) fields.fail('heads', 'is missing');
  if (depth === undefined) fields.fail('depth', 'is missing');
  if (embedding % heads !== 0) fields.fail('embedding', `is ${embedding}, which ${heads} heads do not divide`);
  if (!BACKBONE_ENTRIES[backbone].sized && sizes !== undefined)
    fields.fail('stages', `does not go with the backbone ${backbone}`);
}

function stages(fields: FieldReader): Architecture['stages'] {
  const listed = fields.list('stages').map((value, index) => {
    const stage = fields.item('stages', index, value);
    const result = { channels: stage.count('channels', 1), units: stage.count('units', 1) };
    stage.end();
    return result;
  });
  return listed.length === 3 ? listed : fields.fail('stages', 'is no list of three stages');
}

function outputsPerClass(fields: FieldReader): readonly number[] {
  const counts = fields.list('outputsPerClass');
  const sound = counts.every((count) => typeof count === 'number' && Number.isInteger(count) && count >= 1);
  return sound ? (counts as readonly number[]) : fields.fail('outputsPerClass', 'is no list of whole numbers above 0');
}

function dropout(fields: FieldReader): NonNullable<Architecture['dropout']> {
  const rate = (key: string) => {
    const value = fields.number(key);
    return value >= 0 && value < 1 ? value : fields.fail(key, 'does not lie in 0..1');
  };
  const result = { base: rate('base'), cross: rate('cross') };
  fields.end();
  return result;
}

function input(fields: FieldReader): InputSpec {
  const result: InputSpec = {
    size: fields.count('size', 1),
    colour: fields.oneOf('colour', ['luma', 'rgb']),
    mean: fields.numbers('mean', 3) as InputSpec['mean'],
    std: fields.numbers('std', 3) as InputSpec['std'],
    resize: fields.oneOf('resize', ['half-pixel', 'pillow-bilinear']),
    resizeTo: fields.count('resizeTo', 1),
    centreCrop: fields.count('centreCrop', 1),
    stride: fields.oneOf('stride', [1, 2]),
    template: template(fields.object('template')),
  };
  fields.end();
  if (!result.std.every((value) => value > 0)) fields.fail('std', 'is not above 0');
  if (result.centreCrop > result.resizeTo) fields.fail('centreCrop', 'is larger than resizeTo');
  if (result.size !== Math.ceil(result.centreCrop / result.stride)) {
    fields.fail('size', 'is not centreCrop divided by stride');
  }
  return result;
}

function template(fields: FieldReader): AlignmentTemplate {
  const point = (key: string) => fields.numbers(key, 2) as unknown as TemplatePoint;
  const result = {
    rightEye: point('rightEye'),
    leftEye: point('leftEye'),
    nose: point('nose'),
    mouth: point('mouth'),
  };
  fields.end();
  return result;
}

function files(fields: FieldReader): readonly ModelFile[] {
  const listed = fields.list('files').map((value, index): ModelFile => {
    const file = fields.item('files', index, value);
    const result: ModelFile = {
      path: filePath(file),
      bytes: file.count('bytes', 1),
      sha256: file.text('sha256'),
      dtype: file.oneOf('dtype', ['float16', 'float32']),
      part: file.oneOf('part', ['base', 'training']),
    };
    file.end();
    if (!/^[0-9a-f]{64}$/.test(result.sha256)) file.fail('sha256', 'is no SHA-256 in lower-case hexadecimal digits');
    return result;
  });
  if (!listed.some((file) => file.part === 'base')) fields.fail('files', 'names no file of the base part');
  if (new Set(listed.map((file) => file.path)).size !== listed.length) fields.fail('files', 'names a file twice');
  return listed;
}

/** A file beside the manifest or below it: a manifest can never lead to another host or out of its folder. */
function filePath(file: FieldReader): string {
  const path = file.text('path');
  const parts = path.split('/');
  const safe = /^[\w.\-/ ]+$/.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return safe ? path : file.fail('path', `is ${JSON.stringify(path)}, which is no plain file name`);
}

function modelId(fields: FieldReader): string {
  const id = fields.text('id');
  return /^[\w.-]{1,100}$/.test(id)
    ? id
    : fields.fail('id', 'has other characters than letters, digits, dots and dashes');
}

function classes(fields: FieldReader): readonly string[] {
  const names = fields.list('classes');
  const sound = names.length >= 2 && names.every((name) => typeof name === 'string' && name.trim() !== '');
  if (!sound) fields.fail('classes', 'is no list of two or more names');
  if (new Set(names).size !== names.length) fields.fail('classes', 'names a class twice');
  return names as readonly string[];
}

function positive(fields: FieldReader, key: string): number {
  const value = fields.number(key);
  return value > 0 ? value : fields.fail(key, 'is not above 0');
}

function record(fields: FieldReader, key: string): Readonly<Record<string, unknown>> {
  fields.object(key);
  return fields.raw(key) as Record<string, unknown>;
}

/** An object with the field, or without it where there is no value: an absent field stays absent. */
function defined<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function fail(code: ModelErrorCode): (message: string) => never {
  return (message) => {
    throw invalid(code, message);
  };
}

function invalid(code: ModelErrorCode, problem: string): ModelError {
  return new ModelError(code, `The model’s manifest cannot be used: ${problem}. Correct it or export the model again.`);
}
