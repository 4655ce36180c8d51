/** The one validator of manifests, format 1: schema/manifest.schema.json and what a schema cannot say. All that reads or writes a model goes through it. */
import json from '../../schema/manifest.schema.json';
import { MAXIMUM_MANIFEST_BYTES } from '../base/limits.js';
import { defaultsOf, readBySchema, type Schema } from '../base/schema.js';
import { ModelError, type ModelErrorCode } from '../errors.js';
import { BACKBONE_ENTRIES, FAMILIES } from './architectures.js';
import type { Architecture, DropoutRates, InputSpec, Manifest } from './manifest.js';
import { MUSCLES, otherSide } from './muscles.js';

export const MANIFEST_FORMAT = 1;
/** Fractions of the crop's side: between eyes that lie closer, or on one another, no crop has a size. */
const LEAST_EYE_DISTANCE = 0.05;

/** The parts of a manifest, which other schemas refer to. */
export const MANIFEST_DEFINITIONS: Readonly<Record<string, Schema>> = {
  ...json.$defs,
  Family: { enum: Object.keys(FAMILIES) },
  Backbone: { enum: Object.keys(BACKBONE_ENTRIES) },
};

type DefaultOf<T, K extends keyof T> = Readonly<Required<Pick<T, K>>>;

/** What a new network has where nothing else is said. */
export const ARCHITECTURE_DEFAULTS = defaultsOf(json.$defs.Architecture) as unknown as DefaultOf<
  Architecture,
  'depth' | 'crossDepth' | 'heads' | 'csaResidual' | 'attention' | 'residual' | 'batchNorm'
>;
export const DROPOUT_DEFAULTS = defaultsOf(json.$defs.DropoutRates) as unknown as Required<DropoutRates>;
export const INPUT_DEFAULTS = defaultsOf(json.$defs.InputSpec) as unknown as DefaultOf<
  InputSpec,
  'mean' | 'std' | 'stride' | 'template'
>;

/**
 * The manifest in a file's bytes.
 * @throws ModelError `model-format` when it is no manifest of format 1, `model-architecture` when its network is none that is known.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.byteLength > MAXIMUM_MANIFEST_BYTES) throw invalid('model-format', 'it is far too long');
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
  if (typeof value !== 'object' || value === null) fail('the whole', 'is no object');
  if (!('format' in value) || value.format === undefined) throw invalid('model-format', 'it does not say its format');
  if (value.format !== MANIFEST_FORMAT) {
    throw new ModelError(
      'model-format',
      `This model’s manifest has format ${JSON.stringify(value.format)}, and this version reads format ${MANIFEST_FORMAT}. Update QCS-FER or export the model again.`,
    );
  }
  const manifest = readBySchema(json, value, { definitions: MANIFEST_DEFINITIONS, fail }) as Manifest;
  checkArchitecture(manifest.architecture);
  checkInput(manifest.input);
  checkFiles(manifest.files);
  checkReading(manifest);
  checkRanges(manifest);
  checkMuscles(manifest);
  const { classes, architecture } = manifest;
  const groups = architecture.outputsPerClass?.length ?? classes.length;
  if (groups !== classes.length) {
    const problem = `architecture.outputsPerClass counts ${groups} classes, and there are ${classes.length}`;
    throw invalid('model-format', problem);
  }
  return manifest;
}

/** The manifest as the bytes of its file, after the same checks. Throws as {@link parseManifest}. */
export function formatManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(validateManifest(manifest), null, 2)}\n`);
}

function checkArchitecture({ family, backbone, embedding, heads, depth, stages }: Architecture): void {
  const { gives, sized } = BACKBONE_ENTRIES[backbone];
  if (gives !== FAMILIES[family].reads) {
    fail('architecture.backbone', `is ${backbone}, which does not go with the family ${family}`);
  }
  if (gives === 'map') return;
  if (embedding === undefined) fail('architecture.embedding', 'is missing');
  if (heads === undefined) fail('architecture.heads', 'is missing');
  if (depth === undefined) fail('architecture.depth', 'is missing');
  if (embedding % heads !== 0) fail('architecture.embedding', `is ${embedding}, which ${heads} heads do not divide`);
  if (!sized && stages !== undefined) fail('architecture.stages', `does not go with the backbone ${backbone}`);
}

function checkInput({ size, resizeTo, centreCrop, stride, template }: InputSpec): void {
  if (centreCrop > resizeTo) fail('input.centreCrop', 'is larger than resizeTo');
  if (size !== Math.ceil(centreCrop / stride)) fail('input.size', 'is not centreCrop divided by stride');
  const { leftEye, rightEye } = template;
  if (Math.hypot(leftEye[0] - rightEye[0], leftEye[1] - rightEye[1]) < LEAST_EYE_DISTANCE) {
    fail('input.template', 'has both eyes in one place');
  }
}

function checkReading({ classes, reading }: Manifest): void {
  for (const [field, values] of [
    ['shares.scale', reading?.shares?.scale],
    ['shares.bias', reading?.shares?.bias],
    ['balance', reading?.balance],
  ] as const) {
    if (values !== undefined && values.length !== classes.length) {
      fail(`reading.${field}`, `has ${values.length} numbers, and there are ${classes.length} classes`);
    }
  }
}

function checkRanges({ int8 }: Manifest): void {
  for (const [name, [least, greatest]] of Object.entries(int8?.ranges ?? {})) {
    if (least > greatest) fail(`int8.ranges.${name}`, `goes from ${least} down to ${greatest}`);
  }
}

function checkMuscles({ muscles, files }: Manifest): void {
  const isThere = files.some(({ part }) => part === MUSCLES);
  if (muscles === undefined) {
    if (isThere) fail('muscles', 'is missing, and there is a file of that part');
    return;
  }
  if (!isThere) fail('files', 'names no file of the muscles part');
  const names = new Set(muscles.outputs.map(({ name }) => name));
  if (names.size !== muscles.outputs.length) fail('muscles.outputs', 'names one twice');
  const alone = [...names].find((name) => !names.has(otherSide(name)));
  if (alone !== undefined) fail('muscles.outputs', `has ${alone} and not ${otherSide(alone)}`);
}

function checkFiles(files: Manifest['files']): void {
  if (!files.some((file) => file.part === 'base')) fail('files', 'names no file of the base part');
  if (new Set(files.map((file) => file.path)).size !== files.length) fail('files', 'names a file twice');
}

function fail(path: string, problem: string): never {
  const code = /^architecture\b/.test(path) ? 'model-architecture' : 'model-format';
  throw invalid(code, `${path === '' ? 'the whole' : path} ${problem}`);
}

function invalid(code: ModelErrorCode, problem: string): ModelError {
  return new ModelError(code, `The model’s manifest cannot be used: ${problem}. Correct it or export the model again.`);
}
