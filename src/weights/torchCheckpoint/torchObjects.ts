/** The allow-list: what a checkpoint's pickle may build are storages, tensors and dictionaries. See torch/_utils.py for the arguments. */
import { ELEMENT_BYTES, type ElementType } from '../elementType.js';
import { damaged } from './problems.js';
import { type Builder, GlobalName } from './unpickler.js';

/** A block of values: the entry `data/KEY` of the archive. */
export class StorageReference {
  constructor(
    readonly key: string,
    /** Null for untyped storages, whose tensors say their type themselves. */
    readonly type: ElementType | null,
    readonly bytes: number,
  ) {}
}

/** A view of a storage. Sizes, strides and offset are in elements. */
export class TensorReference {
  constructor(
    readonly storage: StorageReference,
    readonly type: ElementType,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

const STORAGE_TYPES: ReadonlyMap<string, ElementType | null> = new Map([
  ['DoubleStorage', 'F64'],
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
  ['UntypedStorage', null],
]);

const DTYPES: ReadonlyMap<string, ElementType> = new Map([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint8', 'U8'],
  ['torch.uint16', 'U16'],
  ['torch.uint32', 'U32'],
  ['torch.uint64', 'U64'],
  ['torch.bool', 'BOOL'],
]);

const MOST_AXES = 16;

export const torchBuilder: Builder = {
  build(callee, args) {
    switch (callee.path) {
      case 'collections.OrderedDict':
        return orderedDictionary(args);
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return tensor(args, null);
      case 'torch._utils._rebuild_tensor_v3':
        return tensor(args, args[6]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return args[0];
      default:
        return undefined;
    }
  },
  persistent: storage,
};

/** An OrderedDict is made empty and then filled, or made of a list of pairs. */
function orderedDictionary(args: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const pairs = args[0] ?? [];
  if (!Array.isArray(pairs)) throw damaged('a dictionary in it is made of no list');
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw damaged('a dictionary in it is made of no pairs');
    map.set(pair[0], pair[1]);
  }
  return map;
}

/** ('storage', type, key, device, elements) */
function storage(id: unknown): StorageReference | undefined {
  if (!Array.isArray(id) || id[0] !== 'storage') throw damaged('it refers to a storage in an unknown way');
  const [, type, key, , elements] = id as unknown[];
  if (!(type instanceof GlobalName) || typeof key !== 'string' || !isSize(elements)) {
    throw damaged('a storage in it is described wrongly');
  }
  const element = STORAGE_TYPES.get(type.name);
  // Complex and quantised storages: tensors of them are left out, as objects of unknown classes are.
  if (element === undefined) return undefined;
  return new StorageReference(key, element, element === null ? elements : elements * ELEMENT_BYTES[element]);
}

/** (storage, offset, shape, strides, ...); undefined for a storage or dtype that is not read. */
function tensor(args: readonly unknown[], dtype: unknown): TensorReference | undefined {
  const [held, offset, shape, strides] = args;
  if (held === undefined) return undefined;
  if (!(held instanceof StorageReference) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
    throw damaged('a tensor in it is described wrongly');
  }
  if (shape.length !== strides.length) throw damaged('a tensor in it has other axes than strides');
  const type = dtype instanceof GlobalName ? DTYPES.get(dtype.path) : held.type;
  if (type === undefined || type === null) return undefined;
  return new TensorReference(held, type, offset, shape, strides);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isSize);
}
