import type { GraphNode, Shape, ValueId } from '../../graph.js';
import type { Kind, OperationOf } from '../../operations.js';
import type { GpuStep, Places } from '../places.js';

/** Makes the step of a node. */
export interface Kernel<K extends Kind> {
  /** Inputs whose place the output may take: every thread reads there what it alone writes. */
  readonly inPlace: readonly string[];
  /** Whether this kernel can do it; left out where it always can. */
  readonly fits?: (node: GraphNode<OperationOf<K>>, shape: (value: ValueId) => Shape) => boolean;
  readonly step: (node: GraphNode<OperationOf<K>>, places: Places, device: DeviceTraits) => GpuStep;
}

export interface DeviceTraits {
  /** Whether shaders may read float16. */
  readonly half: boolean;
}
