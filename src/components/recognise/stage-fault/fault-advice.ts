/** For every error: what it is called in the stage, and which next steps are offered as buttons, the best one first. */
import type { QcsErrorCode } from '../../../errors.js';
import type { FerCommand } from '../commands.js';

export interface FaultStep {
  readonly command: FerCommand;
  readonly label: string;
}

export interface FaultAdvice {
  readonly title: string;
  readonly steps: readonly FaultStep[];
}

const RETRY: FaultStep = { command: { name: 'retry' }, label: 'Try again' };
const PHOTO: FaultStep = { command: { name: 'photo' }, label: 'Use a photo' };
const OTHER_PHOTO: FaultStep = { command: { name: 'photo' }, label: 'Choose another photo' };
const OTHER_VIDEO: FaultStep = { command: { name: 'video' }, label: 'Choose another video' };
const WASM: FaultStep = { command: { name: 'use-wasm' }, label: 'Use WebAssembly' };
const SHIPPED: FaultStep = { command: { name: 'use-shipped-model' }, label: 'Use the built-in model' };

const FILE_STEPS: ReadonlySet<FaultStep> = new Set([PHOTO, OTHER_PHOTO, OTHER_VIDEO]);

const ADVICE: Partial<Readonly<Record<QcsErrorCode, FaultAdvice>>> = {
  'camera-none': { title: 'This needs a camera', steps: [RETRY, PHOTO] },
  'camera-refused': { title: 'Camera access is off', steps: [RETRY, PHOTO] },
  'camera-policy': { title: 'This page may use no camera', steps: [PHOTO, RETRY] },
  'camera-in-use': { title: 'The camera is in use elsewhere', steps: [RETRY, PHOTO] },
  'camera-unplugged': { title: 'The camera went away', steps: [RETRY, PHOTO] },
  'camera-failed': { title: 'The camera did not start', steps: [RETRY, PHOTO] },
  'insecure-page': { title: 'Cameras need a secure page', steps: [PHOTO, RETRY] },
  'not-an-image': { title: 'This is no picture that can be read', steps: [OTHER_PHOTO, RETRY] },
  'image-too-large': { title: 'This picture is too large', steps: [OTHER_PHOTO, RETRY] },
  'unsupported-video': { title: 'This video cannot be played here', steps: [OTHER_VIDEO, RETRY] },
  'source-unreachable': { title: 'The file could not be loaded', steps: [RETRY, PHOTO] },
  'source-unsupported': { title: 'This kind of source is unknown', steps: [PHOTO, RETRY] },
  'model-missing': { title: 'The model could not be loaded', steps: [RETRY, SHIPPED] },
  'model-truncated': { title: 'The model arrived incomplete', steps: [RETRY, SHIPPED] },
  'model-hash': { title: 'The model file is not the expected one', steps: [RETRY, SHIPPED] },
  'model-format': { title: 'The model cannot be read', steps: [SHIPPED, RETRY] },
  'model-architecture': { title: 'The model is built in an unknown way', steps: [SHIPPED, RETRY] },
  'model-parameters': { title: 'The model lacks parts of its network', steps: [SHIPPED, RETRY] },
  'no-webgpu': { title: 'WebGPU is not available', steps: [WASM, RETRY] },
  'device-lost': { title: 'The graphics device was lost', steps: [RETRY, WASM] },
  'worker-blocked': { title: 'The background worker is blocked', steps: [RETRY] },
  'csp-blocked': { title: 'The page’s policy is in the way', steps: [RETRY] },
  'assets-missing': { title: 'Files of the package are missing', steps: [RETRY] },
  'detector-failed': { title: 'The face detector did not start', steps: [RETRY] },
  'out-of-memory': { title: 'There is not enough memory', steps: [RETRY, WASM] },
};

export interface FaultCircumstances {
  /** Whether the element was given a model of its own, so that going back to the shipped one can help. */
  readonly ownModel: boolean;
  /** Whether people may choose files in the element. */
  readonly controls: boolean;
}

export function adviseOn(code: QcsErrorCode, { ownModel, controls }: FaultCircumstances): FaultAdvice {
  const { title, steps } = ADVICE[code] ?? { title: 'Something went wrong', steps: [RETRY] };
  const possible = steps.filter((step) => (ownModel || step !== SHIPPED) && (controls || !FILE_STEPS.has(step)));
  return { title, steps: possible };
}
