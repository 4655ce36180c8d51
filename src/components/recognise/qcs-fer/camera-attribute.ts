/** What the attributes of `<qcs-fer>` ask for; `camera` is empty for any camera, a side, or a device id. */
import type { ComplexAttributeConverter } from 'lit';
import type { CameraWish, FerSource, PictureRequest } from './picture.js';

export const cameraConverter: ComplexAttributeConverter<boolean | string> = {
  fromAttribute: (value) => (value === null ? false : value === '' || value),
  toAttribute: (value) => (value === false ? null : value === true ? '' : value),
};

function cameraWish(camera: boolean | string): CameraWish {
  if (typeof camera === 'boolean') return {};
  return camera === 'user' || camera === 'environment' ? { facingMode: camera } : { deviceId: camera };
}

export interface NamedPicture {
  readonly source: FerSource | null;
  readonly src: string | null;
  readonly camera: boolean | string;
}

/** Undefined where nothing is named. */
export function requestOf({ source, src, camera }: NamedPicture): PictureRequest | undefined {
  if (source !== null) return { from: 'object', object: source };
  if (src !== null && src !== '') return { from: 'url', url: src };
  return camera === false ? undefined : { from: 'camera', wish: cameraWish(camera) };
}
