/** For every error: what it is called in the stage, and which next steps are offered as buttons, the best one first. */
import type { QcsErrorCode } from '../../../errors.js';
import type { recognise } from '../../../messages/recognise/en.js';
import type { FerCommand } from '../commands.js';

type KeyAfter<Prefix extends string> = {
  [Key in keyof typeof recognise]: Key extends `${Prefix}.${infer Rest}` ? Rest : never;
}[keyof typeof recognise];

/** Errors that have a name of their own in the stage. */
type FaultKey = KeyAfter<'fault'>;
type StepKey = KeyAfter<'step'>;

export interface FaultStep {
  readonly command: FerCommand;
  /** Key of its words. */
  readonly label: 'retry' | StepKey;
}

export interface FaultAdvice {
  /** Key of its words. */
  readonly title: FaultKey;
  readonly steps: readonly FaultStep[];
}

const RETRY: FaultStep = { command: { name: 'retry' }, label: 'retry' };
const PHOTO: FaultStep = { command: { name: 'photo' }, label: 'photo' };
const OTHER_PHOTO: FaultStep = { command: { name: 'photo' }, label: 'other-photo' };
const OTHER_VIDEO: FaultStep = { command: { name: 'video' }, label: 'other-video' };
const WASM: FaultStep = { command: { name: 'use-wasm' }, label: 'use-wasm' };
const SHIPPED: FaultStep = { command: { name: 'use-shipped-model' }, label: 'use-shipped-model' };

const FILE_STEPS: ReadonlySet<FaultStep> = new Set([PHOTO, OTHER_PHOTO, OTHER_VIDEO]);

const STEPS: Readonly<Record<Exclude<FaultKey, 'other'>, readonly FaultStep[]>> = {
  'camera-none': [RETRY, PHOTO],
  'camera-refused': [RETRY, PHOTO],
  'camera-policy': [PHOTO, RETRY],
  'camera-in-use': [RETRY, PHOTO],
  'camera-unplugged': [RETRY, PHOTO],
  'camera-failed': [RETRY, PHOTO],
  'insecure-page': [PHOTO, RETRY],
  'not-an-image': [OTHER_PHOTO, RETRY],
  'image-too-large': [OTHER_PHOTO, RETRY],
  'unsupported-video': [OTHER_VIDEO, RETRY],
  'source-unreachable': [RETRY, PHOTO],
  'source-unsupported': [PHOTO, RETRY],
  'model-missing': [RETRY, SHIPPED],
  'model-truncated': [RETRY, SHIPPED],
  'model-hash': [RETRY, SHIPPED],
  'model-format': [SHIPPED, RETRY],
  'model-architecture': [SHIPPED, RETRY],
  'model-parameters': [SHIPPED, RETRY],
  'no-webgpu': [WASM, RETRY],
  'device-lost': [RETRY, WASM],
  'worker-blocked': [RETRY],
  'csp-blocked': [RETRY],
  'assets-missing': [RETRY],
  'detector-failed': [RETRY],
  'out-of-memory': [RETRY, WASM],
};

export interface FaultCircumstances {
  /** Whether the element was given a model of its own, so that going back to the shipped one can help. */
  readonly ownModel: boolean;
  /** Whether people may choose files in the element. */
  readonly controls: boolean;
}

export function adviseOn(code: QcsErrorCode, { ownModel, controls }: FaultCircumstances): FaultAdvice {
  const title = code in STEPS ? (code as keyof typeof STEPS) : 'other';
  const steps = title === 'other' ? [RETRY] : STEPS[title];
  const possible = steps.filter((step) => (ownModel || step !== SHIPPED) && (controls || !FILE_STEPS.has(step)));
  return { title, steps: possible };
}
