/** A backend of TensorFlow.js that computes nothing: it notes what would be computed. */
import { type DataId, type DataType, KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraphBuilder, type Inputs, type Shape, type ValueId } from '../graph.js';
import type { Operation } from '../operations.js';
import { PlanRefusal } from './refusal.js';

type Values = ReturnType<KernelBackend['readSync']>;

export class TraceBackend extends KernelBackend {
  readonly builder = new GraphBuilder();
  private readonly ids = new Map<DataId, ValueId>();

  /** Parameters and numbers that the network names. */
  override write(values: Values, shape: number[], dtype: DataType): DataId {
    if (dtype !== 'float32') throw new PlanRefusal(`It has a constant of the type ${dtype}.`);
    const data = values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
    return this.remember(this.builder.constant(`constant [${shape.join()}]`, data, shape));
  }

  /** A value that is there only when the graph runs. */
  input(shape: Shape): TensorInfo {
    return this.info(this.builder.value(shape), shape);
  }

  /** Notes a node. */
  record(operation: Operation, inputs: Readonly<Record<string, TensorInfo | undefined>>, shape: Shape): TensorInfo {
    const read: Inputs = Object.fromEntries(
      Object.entries(inputs).map(([name, info]) => [name, info === undefined ? undefined : this.idOf(info)]),
    );
    return this.info(this.builder.node(operation, read, shape), shape);
  }

  /** The same value once more: TensorFlow.js disposes every tensor by itself. */
  same(info: TensorInfo): TensorInfo {
    return this.info(this.idOf(info), info.shape);
  }

  idOf({ dataId }: TensorInfo): ValueId {
    const id = this.ids.get(dataId);
    if (id === undefined) throw new PlanRefusal('It reads a tensor that was made elsewhere.');
    return id;
  }

  override readSync(): Values {
    throw new PlanRefusal('It looks at values on its way.');
  }

  override read(): Promise<Values> {
    return Promise.reject(new PlanRefusal('It looks at values on its way.'));
  }

  override disposeData(dataId: DataId): boolean {
    return this.ids.delete(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.ids.has(dataId) ? 1 : 0;
  }

  override numDataIds(): number {
    return this.ids.size;
  }

  override memory(): { readonly unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override dispose(): void {
    this.ids.clear();
  }

  private info(value: ValueId, shape: Shape): TensorInfo {
    return { dataId: this.remember(value), shape: [...shape], dtype: 'float32' };
  }

  private remember(value: ValueId): DataId {
    const dataId: DataId = {};
    this.ids.set(dataId, value);
    return dataId;
  }
}
