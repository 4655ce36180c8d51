/** What the attributes of `<qcs-fer>` ask for; `camera` is empty for any camera, a side, or a device id. */
import type { ComplexAttributeConverter } from 'lit';
import type { CameraWish } from './picture.js';

export const cameraConverter: ComplexAttributeConverter<boolean | string> = {
  fromAttribute: (value) => (value === null ? false : value === '' || value),
  toAttribute: (value) => (value === false ? null : value === true ? '' : value),
};

export function cameraWish(camera: boolean | string): CameraWish {
  if (typeof camera === 'boolean') return {};
  return camera === 'user' || camera === 'environment' ? { facingMode: camera } : { deviceId: camera };
}
