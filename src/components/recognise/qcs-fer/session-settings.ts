/** What the attributes of `<qcs-fer>` come to. */
import type { BackendPreference, Prior } from '../../../inference/observation.js';
import type { LoanTerms, RecognizerProvider } from './loan.js';

/** ms */
export const DEFAULT_SMOOTHING = 300;

export interface SessionSettings extends LoanTerms {
  readonly maxFaces: number | undefined;
  /** Frames a second; as the device has to spare when left out. */
  readonly maxFps: number | undefined;
  /** Milliseconds. */
  readonly smoothing: number;
  readonly prior: Prior;
  /** Recognises also where nobody sees the element. */
  readonly headless: boolean;
}

/** As people and frameworks set them: the empty string and null stand for what is not there. */
interface SettingAttributes {
  readonly recognizerProvider: RecognizerProvider;
  readonly model: string | null;
  readonly backend: BackendPreference;
  readonly muscles: boolean;
  readonly maxFaces: number | null;
  readonly maxFps: number | null;
  readonly smoothing: number;
  readonly prior: Prior;
  readonly headless: boolean;
}

export function settingsOf(attributes: SettingAttributes): SessionSettings {
  return {
    provider: attributes.recognizerProvider,
    model: attributes.model || undefined,
    backend: attributes.backend || 'auto',
    muscles: attributes.muscles,
    maxFaces: attributes.maxFaces || undefined,
    maxFps: attributes.maxFps || undefined,
    smoothing: attributes.smoothing ?? DEFAULT_SMOOTHING,
    prior: attributes.prior || 'trained',
    headless: attributes.headless,
  };
}
