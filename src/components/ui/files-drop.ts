/** Makes an element take files and whole folders that are dropped on it, while it wants them. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { filesOfDrop, type NamedFile } from './dropped-files.js';

export class FilesDrop implements ReactiveController {
  /** True while files are held over the element. */
  active = false;

  /**
   * @param enabled asked at every event
   * @param take called with the files of a drop, at least one
   */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly enabled: () => boolean,
    private readonly take: (files: NamedFile[]) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('dragover', this.onDragOver);
    this.host.addEventListener('dragleave', this.onDragLeave);
    this.host.addEventListener('drop', this.onDrop);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('dragover', this.onDragOver);
    this.host.removeEventListener('dragleave', this.onDragLeave);
    this.host.removeEventListener('drop', this.onDrop);
    this.active = false;
  }

  private readonly onDragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true || !this.enabled()) return;
    event.preventDefault();
    this.show(true);
  };

  private readonly onDragLeave = (event: DragEvent): void => {
    // From one of the element's own parts to another is no leaving.
    if (event.relatedTarget instanceof Node && this.host.contains(event.relatedTarget)) return;
    this.show(false);
  };

  private readonly onDrop = (event: DragEvent): void => {
    this.show(false);
    if (event.dataTransfer === null || !this.enabled()) return;
    event.preventDefault();
    void this.takeFrom(event.dataTransfer);
  };

  private async takeFrom(transfer: DataTransfer): Promise<void> {
    const files = await filesOfDrop(transfer);
    if (files.length > 0) this.take(files);
  }

  private show(active: boolean): void {
    if (active === this.active) return;
    this.active = active;
    this.host.requestUpdate();
  }
}
