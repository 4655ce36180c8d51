/** The names of tensors in files: one table of renames and one matcher of what a network needs to what a file holds. */
import table from '../../schema/tensor-names.json';
import { ModelError } from '../errors.js';

/** Names that a whole kind of file uses, told by one name in it, for those of this project: prefix for prefix. */
interface Rename {
  readonly when: string;
  readonly prefixes: Readonly<Record<string, string>>;
}

const RENAMES: readonly Rename[] = table.renames;
/** Where trainers put the parameters in what they store, best known first. */
export const STATE_DICT_KEYS: readonly string[] = table.stateDictKeys;
/** What wrappers put before every name: DataParallel and torch.compile. */
const WRAPPERS: readonly string[] = table.wrappers;

/** Names and shapes of a file's tensors. */
export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** A parameter that a network needs. */
export interface WantedTensor {
  /** The published name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** May be missing in the file. */
  readonly optional: boolean;
}

export interface MatchOptions {
  /** What holds the tensors, for messages: "The file", for example. */
  readonly holder: string;
  /** True for tensors that may have another number of rows. */
  readonly resizable?: (name: string) => boolean;
}

/** A stored name without the prefixes of wrappers. */
export function unwrappedName(name: string): string {
  const wrapper = WRAPPERS.find((prefix) => name.startsWith(prefix));
  return wrapper === undefined ? name : unwrappedName(name.slice(wrapper.length));
}

/** A file's tensors by the names under which this project knows them, each with its name in the file. Names that need no change stay. */
export function canonicalNames(names: ReadonlySet<string>): ReadonlyMap<string, string> {
  const prefixes = RENAMES.filter(({ when }) => names.has(when)).flatMap((rename) => Object.entries(rename.prefixes));
  const canonical = new Map<string, string>();
  for (const name of names) {
    const [from, to] = prefixes.find(([prefix]) => name.startsWith(prefix)) ?? ['', ''];
    canonical.set(`${to}${name.slice(from.length)}`, name);
  }
  return canonical;
}

/**
 * The file's name of every wanted tensor that is there.
 * @throws ModelError `model-parameters` when one is missing or has another shape
 */
export function matchTensors<T extends WantedTensor>(
  tensors: Shapes,
  wanted: readonly T[],
  { holder, resizable = () => false }: MatchOptions,
): ReadonlyMap<T, string> {
  const sources = canonicalNames(new Set(tensors.keys()));
  const matched = new Map<T, string>();
  for (const tensor of wanted) {
    const source = sources.get(tensor.name);
    if (source === undefined) {
      if (tensor.optional) continue;
      throw new ModelError('model-parameters', missing(tensor.name, holder));
    }
    const { shape } = tensors.get(source)!;
    if (!fits(shape, tensor.shape, resizable(tensor.name))) {
      throw new ModelError(
        'model-parameters',
        `${source} has the shape [${shape.join(', ')}], and this architecture needs [${tensor.shape.join(', ')}]. Use weights of this architecture.`,
      );
    }
    matched.set(tensor, source);
  }
  return matched;
}

function fits(shape: readonly number[], wanted: readonly number[], resizable: boolean): boolean {
  if (resizable) return shape.slice(1).join() === wanted.slice(1).join();
  // Some files hold one number as a scalar, others as a vector of length 1.
  const single = [...shape, ...wanted].every((size) => size === 1);
  return single || shape.join() === wanted.join();
}

function missing(name: string, holder: string): string {
  if (name.endsWith('.running_affinity')) {
    return 'This ARM checkpoint lacks the moving average of its global mean (arm.running_affinity), without which one image’s result would depend on others. Use one that was trained with it.';
  }
  return `${holder} lacks ${name}. Use weights of this architecture.`;
}
