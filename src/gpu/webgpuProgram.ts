/** Runs a WGSL program of our own inside TensorFlow.js's WebGPU backend: its buffers, its command queue, its pipeline cache. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/**
 * A program as data. TensorFlow.js declares the buffers `result` and the `inputs` by their names, `uniforms` with the shape of every one of
 * them (`uShape : vec3<i32>`, `outShape`), and the private variables `localId`, `localIndex`, `workgroupId`.
 */
export interface Program {
  /** Names the pipeline in the cache: equal for equal source only. */
  readonly key: string;
  /** Defines `fn main()`. */
  readonly source: string;
  readonly inputs: readonly string[];
  /** Floats an element of each input's buffer holds: 4 reads `vec4<f32>`. Default 1. */
  readonly components?: readonly (1 | 4)[];
  /** Further uniforms, as WGSL field declarations of i32 (or vectors of it) or f32. */
  readonly uniforms?: string;
  readonly outputShape: readonly number[];
  readonly workgroup: readonly [number, number, number];
  /** Workgroups along x, y and z. */
  readonly groups: readonly [number, number, number];
}

export interface UniformValue {
  readonly type: 'int32' | 'float32';
  readonly data: number[];
}

type BackendProgram = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

/** True when the current backend is WebGPU, so that {@link runProgram} may be called. */
export function onWebgpu(): boolean {
  return tf.getBackend() === 'webgpu';
}

/** Runs the program on the current WebGPU backend and returns its float32 output. */
export function runProgram(program: Program, inputs: TensorInfo[], uniforms: UniformValue[] = []): Tensor {
  const backend = tf.backend() as WebGPUBackend;
  const output = backend.runWebGPUProgram(asBackendProgram(program), inputs, 'float32', uniforms);
  return tf.engine().makeTensorFromTensorInfo(output);
}

function asBackendProgram(program: Program): BackendProgram {
  const { outputShape, components } = program;
  return {
    shaderKey: `qcs-${program.key}`,
    getUserCode: () => program.source,
    variableNames: [...program.inputs],
    variableComponents: components === undefined ? program.inputs.map(() => 1) : [...components],
    outputShape: [...outputShape],
    workgroupSize: [...program.workgroup],
    dispatch: [...program.groups],
    // Anything but the flat layout, for which TensorFlow.js would call `main` with an index of its own.
    dispatchLayout: { x: [], y: [0], z: [] },
    ...(program.uniforms === undefined ? {} : { uniforms: program.uniforms }),
  };
}
