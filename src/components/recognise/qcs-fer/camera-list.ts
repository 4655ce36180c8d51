/** The cameras of this device, listed anew whenever one comes or goes. */
import type { ReactiveControllerHost } from 'lit';
import { listCameras, watchCameras } from '../../../capture/index.js';
import type { CameraChoice } from '../media-controls.js';

export class CameraList {
  cameras: readonly CameraChoice[] = [];

  constructor(private readonly host: ReactiveControllerHost) {}

  /** @param signal aborted when nobody needs the list any more */
  watch(signal: AbortSignal): void {
    void this.list();
    signal.addEventListener(
      'abort',
      watchCameras(() => void this.list()),
      { once: true },
    );
  }

  private async list(): Promise<void> {
    this.cameras = await listCameras();
    this.host.requestUpdate();
  }
}
