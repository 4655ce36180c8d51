/** Where fine-tuning starts: a model's weights under the classes and the family of the new run. */
import { labelMatcher } from '../base/labels.js';
import { ModelError } from '../errors.js';
import { initialArrays } from '../network/initialise.js';
import { createNetwork, type Network } from '../network/network.js';
import { BACKBONE_ENTRIES, FAMILIES } from '../weights/architectures.js';
import type { Architecture, Manifest } from '../weights/manifest.js';
import { ARCHITECTURE_DEFAULTS } from '../weights/manifestSchema.js';
import type { NamedArray, NamedArrays } from '../weights/namedArray.js';
import { matchTensors } from '../weights/tensorNames.js';
import type { TrainingConfig } from './config.js';

export interface StartingModel {
  readonly network: Network;
  readonly classes: readonly string[];
  /** All parameters of the network, in PyTorch's axes. */
  readonly arrays: Map<string, NamedArray>;
  /** Parameters that the model did not have and that start from chance. */
  readonly fresh: readonly string[];
  /** True when every class has an output in the model that it comes from, so that "before" means something. */
  readonly comparable: boolean;
}

const HEADS = ['VIT_base.head.linear', 'VIT_cross.head.linear', 'fc'] as const;

/** The architecture that a run trains: the model's, with the run's family and dropout rates. */
export function trainingArchitecture(manifest: Manifest, config: TrainingConfig): Architecture {
  const { family, dropout } = config;
  const { backbone } = manifest.architecture;
  const { reads } = FAMILIES[family];
  if (reads !== BACKBONE_ENTRIES[backbone].gives) {
    throw new ModelError(
      'model-architecture',
      `The model ${manifest.id} has the backbone ${backbone}, on which there is no ${family}. Choose another family or model.`,
    );
  }
  if (reads === 'map') return { ...manifest.architecture, family };
  const { crossDepth, csaResidual } = ARCHITECTURE_DEFAULTS;
  const cross = family === 'base' ? {} : { crossDepth, csaResidual };
  return { ...cross, ...manifest.architecture, family, dropout: { ...manifest.architecture.dropout, ...dropout } };
}

/**
 * Weights for the run. A class that gathers some of the model's classes takes over all their outputs, divided by the model's temperature: its
 * probability is the sum of theirs from the first step on. A new class has one output, which starts from chance, as do training modules that the
 * model's files lack.
 * @throws ModelError `model-architecture`, `model-parameters` when the base branch does not fit
 */
export function startingModel(manifest: Manifest, arrays: NamedArrays, config: TrainingConfig): StartingModel {
  const classes = Object.keys(config.classes);
  const known = outputsOfClasses(manifest);
  const find = outputFinder(known, new Set([...classes, ...Object.values(config.classes).flat()]));
  const sources = classes.map((name) => find(name) ?? config.classes[name].flatMap((label) => find(label) ?? []));
  const outputs = sources.flatMap((found): readonly (number | null)[] => (found.length === 0 ? [null] : found));
  const architecture = {
    ...trainingArchitecture(manifest, config),
    ...(outputs.length === classes.length
      ? {}
      : { outputsPerClass: sources.map((found) => Math.max(found.length, 1)) }),
  };
  const network = createNetwork(architecture, classes.length, manifest.input.size);
  const initial = initialArrays(network.parameters, config.seed);
  const wanted = network.parameters.map((spec) => ({ ...spec, optional: spec.optional || spec.part === 'training' }));
  const stored = matchTensors(arrays, wanted, { holder: `The model ${manifest.id}`, resizable: isLastLayer });
  const result = new Map(initial);
  const fresh = new Set(initial.keys());
  for (const [{ name, shape }, source] of stored) {
    const { data } = arrays.get(source)!;
    const found = { shape, data };
    result.set(name, isLastLayer(name) ? takeOutputs(found, initial.get(name)!, outputs, manifest.temperature) : found);
    fresh.delete(name);
  }
  return { network, classes, arrays: result, fresh: [...fresh], comparable: !outputs.includes(null) };
}

function isLastLayer(name: string): boolean {
  return HEADS.some((head) => name.startsWith(`${head}.`));
}

/** Each class of a model with the rows of its last layer. */
function outputsOfClasses({ classes, architecture }: Manifest): Map<string, readonly number[]> {
  let next = 0;
  return new Map(
    classes.map((name, index) => {
      const rows = Array.from({ length: architecture.outputsPerClass?.[index] ?? 1 }, () => next++);
      return [name, rows];
    }),
  );
}

/** Outputs of the model that stand for a name; one that only means the same (`happy`) where the run has no class or label of the model's own name. */
function outputFinder(
  known: ReadonlyMap<string, readonly number[]>,
  names: ReadonlySet<string>,
): (name: string) => readonly number[] | undefined {
  const match = labelMatcher([...known.keys()]);
  return (name) => {
    const found = match(name);
    return found === name || !names.has(found) ? known.get(found) : undefined;
  };
}

function takeOutputs(
  from: NamedArray,
  start: NamedArray,
  outputs: readonly (number | null)[],
  temperature: number,
): NamedArray {
  const width = start.data.length / outputs.length;
  const data = start.data.slice();
  for (const [row, source] of outputs.entries()) {
    if (source === null) continue;
    const taken = from.data.subarray(source * width, (source + 1) * width);
    data.set(
      taken.map((value) => value / temperature),
      row * width,
    );
  }
  return { shape: start.shape, data };
}

/** True for parameters that quick mode trains: transformer heads and cross similarity attention. */
export function isHead(name: string): boolean {
  return name.startsWith('VIT_') || name.startsWith('cross_attention_');
}
