/** What an engine is told: plain data, so that it reaches a worker too. */
import type { DetectorUrls } from '../faces/detectorFiles.js';
import type { KernelUrls } from '../plan/wasm/module.js';
import type { Prior } from '../reading/prior.js';
import type { BackendPreference, DetectionPreference, RecognizeMode } from './observation.js';

export interface EngineConfig {
  readonly manifest: URL;
  /** Where weights are that do not lie beside their manifest, by their path there. */
  readonly files: Readonly<Record<string, URL>>;
  /** Whether the part that reads muscles is loaded, too. */
  readonly muscles: boolean;
  readonly detection: DetectionPreference;
  readonly detector: DetectorUrls;
  readonly wasm: { readonly plain: URL; readonly simd: URL };
  readonly kernels: KernelUrls;
  readonly backend: BackendPreference;
  /** Ids of live faces start here; a worker that takes over from another must not use its ids again. */
  readonly firstId: number;
}

export interface FrameRequest {
  readonly mode: RecognizeMode;
  /** All when left out. */
  readonly maxFaces?: number;
  /** Time constant, ms. Live only. */
  readonly smoothing: number;
  readonly prior: Prior;
  /** ms */
  readonly timestamp: number;
  readonly stream: string;
  /** Size of the source, of which the frame may be a smaller copy; observations are in these pixels. */
  readonly width: number;
  readonly height: number;
}
