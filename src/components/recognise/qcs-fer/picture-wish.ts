/** Which picture the attributes and properties of `<qcs-fer>` name, and whether a person must be asked before it is opened. */
import type { Consent } from '../events.js';
import { cameraWish } from './camera-attribute.js';
import type { FerSource, PictureRequest } from './picture.js';

/** The three ways to name a picture. */
export interface PictureNames {
  camera: boolean | string;
  src: string | null;
  source: FerSource | null;
}

export function wishedPicture({ camera, src, source }: PictureNames): PictureRequest | undefined {
  if (source !== null) return { from: 'object', object: source };
  if (src !== null && src !== '') return { from: 'url', url: src };
  return camera === false ? undefined : { from: 'camera', wish: cameraWish(camera) };
}

/** Whether one of the changes may name another picture, or let one be opened. */
export function namesPicture(changed: { has(name: keyof PictureNames | 'consent'): boolean }): boolean {
  return (['source', 'src', 'camera', 'consent'] as const).some((name) => changed.has(name));
}

/** What is set last is shown: it takes the place of the other two ways to name a picture. */
export function keepNewest(names: PictureNames, hasChanged: (name: keyof PictureNames) => boolean): void {
  const named = { source: names.source !== null, src: names.src !== null, camera: names.camera !== false };
  const newest = (['source', 'src', 'camera'] as const).find((name) => hasChanged(name) && named[name]);
  if (newest === undefined) return;
  if (newest !== 'source') names.source = null;
  if (newest !== 'src') names.src = null;
  if (newest !== 'camera') names.camera = false;
}

/** A camera is wanted, and the person must be asked first. */
export function needsConsent(names: PictureNames & { readonly consent: Consent }): boolean {
  return names.consent === 'required' && wishedPicture(names)?.from === 'camera';
}

/** A picture is named, and nobody must be asked first. */
export function mayOpen(names: PictureNames & { readonly consent: Consent }): boolean {
  return wishedPicture(names) !== undefined && !needsConsent(names);
}
