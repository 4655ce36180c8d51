/** Makes an element take files that are dropped on it. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class FileDrop implements ReactiveController {
  /** True while a file is held over the element. */
  active = false;
  private depth = 0;

  /**
   * @param enabled asked for every drag, so that the host can switch the drop target on and off
   * @param take called with the first file that was dropped
   */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly enabled: () => boolean,
    private readonly take: (file: File) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
      this.host.addEventListener(type, this.onDrag);
    }
  }

  hostDisconnected(): void {
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
      this.host.removeEventListener(type, this.onDrag);
    }
    this.depth = 0;
    this.active = false;
  }

  private readonly onDrag = (event: DragEvent): void => {
    if (!this.enabled() || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    // Enter and leave come from every child that the pointer crosses.
    if (event.type === 'dragenter') this.depth++;
    if (event.type === 'dragleave') this.depth--;
    if (event.type === 'drop') {
      this.depth = 0;
      const [file] = event.dataTransfer.files;
      if (file !== undefined) this.take(file);
    }
    this.active = this.depth > 0;
    this.host.requestUpdate();
  };
}
