/** Where fine-tuning starts: a model's weights under the classes and the family of the new run. */
import { ModelError } from '../errors.js';
import { initialArrays } from '../network/initialise.js';
import { createNetwork, type Network } from '../network/network.js';
import type { Architecture, Manifest } from '../weights/manifest.js';
import type { NamedArray, NamedArrays } from '../weights/namedArray.js';
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

/** The architecture that a run trains: the model's, with the run's family and dropout. */
export function trainingArchitecture(manifest: Manifest, config: TrainingConfig): Architecture {
  const { family, dropout } = config;
  const residual = family === 'arm' || family === 'resnet18';
  if (residual !== (manifest.architecture.backbone === 'resnet18')) {
    throw new ModelError(
      'model-architecture',
      `The model ${manifest.id} has the backbone ${manifest.architecture.backbone}, on which there is no ${family}. Choose another family or model.`,
    );
  }
  if (residual) return { ...manifest.architecture, family };
  const cross = family === 'base' ? {} : { crossDepth: 1, csaResidual: 'normalised' as const };
  return { ...cross, ...manifest.architecture, family, dropout };
}

/**
 * Weights for the run. Outputs of a class that gathers some of the model's classes start as the mean of theirs, weighed by how many training images
 * each has; outputs of new classes start from chance;
 * training modules that the model's files lack start from chance too.
 * @throws ModelError `model-architecture`, `model-parameters` when the base branch does not fit
 */
export function startingModel(
  manifest: Manifest,
  arrays: NamedArrays,
  config: TrainingConfig,
  origins: ReadonlyMap<string, number> = new Map(),
): StartingModel {
  const classes = Object.keys(config.classes);
  const network = createNetwork(trainingArchitecture(manifest, config), classes.length, manifest.input.size);
  const initial = initialArrays(network.parameters, config.seed);
  const sources = classes.map((name) => sourceRows(manifest.classes, name, config.classes[name], origins));
  const result = new Map<string, NamedArray>();
  const fresh: string[] = [];
  for (const { name, aliases, shape, part, optional } of network.parameters) {
    const found = [name, ...aliases].map((key) => arrays.get(key)).find((array) => array !== undefined);
    const start = initial.get(name)!;
    if (found === undefined) {
      if (part === 'base' && !optional) {
        throw new ModelError(
          'model-parameters',
          `The model ${manifest.id} lacks ${name}. Use a model of this architecture.`,
        );
      }
      result.set(name, start);
      fresh.push(name);
    } else if (HEADS.some((head) => name.startsWith(`${head}.`))) {
      result.set(name, gatherRows(found, start, sources));
    } else if (found.shape.join() === shape.join()) {
      result.set(name, found);
    } else {
      throw new ModelError(
        'model-parameters',
        `${name} has the shape [${found.shape.join(', ')}] in ${manifest.id}, and this run needs [${shape.join(', ')}]. Use a model of this architecture.`,
      );
    }
  }
  return { network, classes, arrays: result, fresh, comparable: sources.every((parts) => parts.length > 0) };
}

/** An output of the model with its share in an output of the run. */
interface SourceRow {
  readonly row: number;
  readonly share: number;
}

/** Which outputs of the model stand for a class: the one of its name, else those of its labels by their images. */
function sourceRows(
  modelClasses: readonly string[],
  name: string,
  labels: readonly string[],
  origins: ReadonlyMap<string, number>,
): SourceRow[] {
  const own = modelClasses.indexOf(name);
  if (own >= 0) return [{ row: own, share: 1 }];
  const known = labels.filter((label) => modelClasses.includes(label));
  const total = known.reduce((sum, label) => sum + (origins.get(label) ?? 0), 0);
  return known.map((label) => ({
    row: modelClasses.indexOf(label),
    share: total === 0 ? 1 / known.length : (origins.get(label) ?? 0) / total,
  }));
}

function gatherRows(from: NamedArray, start: NamedArray, sources: readonly (readonly SourceRow[])[]): NamedArray {
  const width = start.data.length / sources.length;
  const data = start.data.slice();
  for (const [row, parts] of sources.entries()) {
    if (parts.length === 0) continue;
    for (let column = 0; column < width; column++) {
      data[row * width + column] = parts.reduce(
        (sum, { row: origin, share }) => sum + share * from.data[origin * width + column],
        0,
      );
    }
  }
  return { shape: start.shape, data };
}

/** True for parameters that quick mode trains: transformer heads and cross similarity attention. */
export function isHead(name: string): boolean {
  return name.startsWith('VIT_') || name.startsWith('cross_attention_');
}
