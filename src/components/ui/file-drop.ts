/** Makes an element take files that are dropped on it, while it wants them. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { takeDroppedFiles } from '../../capture/index.js';

export class FileDrop implements ReactiveController {
  /** True while a file is held over the element. */
  active = false;
  private stop: (() => void) | undefined;

  /**
   * @param enabled asked after every update of the host
   * @param take called with a file that was dropped
   */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly enabled: () => boolean,
    private readonly take: (file: File) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdated(): void {
    if (this.enabled() === (this.stop !== undefined)) return;
    if (this.stop === undefined) this.stop = takeDroppedFiles(this.host, this.take, this.onHover);
    else this.hostDisconnected();
  }

  hostDisconnected(): void {
    this.stop?.();
    this.stop = undefined;
    this.active = false;
  }

  private readonly onHover = (over: boolean): void => {
    if (over === this.active) return;
    this.active = over;
    this.host.requestUpdate();
  };
}
