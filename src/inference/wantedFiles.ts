import { MAXIMUM_EARLY_BYTES, MAXIMUM_MANIFEST_BYTES } from '../base/limits.js';
import { EarlyFiles, fetchEarly, type WantedFile } from '../weights/earlyFiles.js';
import { absoluteUrl } from '../worker/absoluteUrl.js';
import type { EngineConfig } from './engineTypes.js';

/** What an engine is sure to ask for, known before its code is there. Of another model than the shipped one only its manifest tells. */
export function wantedFiles({ manifest, files, detection, detector }: EngineConfig): readonly WantedFile[] {
  const weights = Object.values(files);
  return [
    ...(detection === 'kernels' ? [{ url: detector.detector, mostBytes: MAXIMUM_EARLY_BYTES }] : []),
    ...(weights.length > 0 ? [{ url: manifest, mostBytes: MAXIMUM_MANIFEST_BYTES }] : []),
    ...weights.map((url) => ({ url, mostBytes: MAXIMUM_EARLY_BYTES })),
  ].map(({ url, mostBytes }) => ({ url: absoluteUrl(url), mostBytes }));
}

/** Asks for them from here. */
export function fetchWanted(config: EngineConfig, signal?: AbortSignal): EarlyFiles {
  const wanted = wantedFiles(config);
  const early = new EarlyFiles(wanted.map(({ url }) => url));
  fetchEarly(wanted, signal, (url, news) => early.hear(url, news));
  return early;
}
