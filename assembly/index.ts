/** The module's exports. What each does, and in which units, stands at the interface `Kernels` in `src/plan/wasm/kernels.ts`. */
export { attention } from './attention';
export { im2col } from './convolution';
export { cropLuma } from './crop';
export { depthwise } from './depthwise';
export { add, addRow, gate, multiply, multiplyRow, prelu, scaleShift, subtract, unary } from './elementwise';
export { matmulQuantised, quantise, quantisedBytes } from './int8';
export { matmul } from './matmul';
export { maxPool } from './pool';
export { layerNorm, meanRows, softmax } from './rows';
export { samplePart } from './sample';
