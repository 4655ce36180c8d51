/** A file of named tensors as its reader offers it. Values are read tensor by tensor. */
import type { ElementType } from './elementType.js';

export interface TensorInfo {
  readonly shape: readonly number[];
  /** As stored. */
  readonly type: ElementType;
}

export interface TensorFile {
  readonly kind: 'safetensors' | 'torch';
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Values of the parameter dictionary that are no tensors of a kind that is read. */
  readonly skipped: readonly string[];
  /** Free text of the file's header. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What lies beside the parameters under `config`, as plain data; undefined where there is nothing. */
  readonly config?: unknown;
  /** A tensor's values as float32, row-major. Tensors of one storage may share memory: do not write into them. */
  read(name: string): Promise<Float32Array>;
}
