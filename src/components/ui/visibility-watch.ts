/** Tells whether an element can be seen: in the viewport, on a page that is not hidden. */
import type { ReactiveController } from 'lit';

export class VisibilityWatch implements ReactiveController {
  private onScreen = true;
  private intersections: IntersectionObserver | undefined;

  constructor(
    private readonly host: Element,
    private readonly changed: (visible: boolean) => void,
  ) {}

  hostConnected(): void {
    this.intersections = new IntersectionObserver((entries) => {
      this.onScreen = entries.at(-1)?.isIntersecting ?? true;
      this.tell();
    });
    this.intersections.observe(this.host);
    document.addEventListener('visibilitychange', this.tell);
  }

  hostDisconnected(): void {
    this.intersections?.disconnect();
    document.removeEventListener('visibilitychange', this.tell);
  }

  private readonly tell = (): void => {
    this.changed(this.onScreen && document.visibilityState === 'visible');
  };
}
