/** Keeps the keyboard's focus inside an element whose parts come and go: where the focused one goes, a part that stays takes it. */
import type { LitElement, ReactiveController } from 'lit';

export class FocusKeeper implements ReactiveController {
  private held = false;

  /** @param shelter the part that takes the focus */
  constructor(
    private readonly host: LitElement,
    private readonly shelter: () => HTMLElement | null,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    this.held = this.focused !== null;
  }

  hostUpdated(): void {
    if (this.held && this.focused?.checkVisibility() !== true) this.shelter()?.focus({ preventScroll: true });
  }

  /** The focused part: the element's own, or one that the page has put into it. */
  private get focused(): Element | null {
    const own = this.host.shadowRoot?.activeElement ?? null;
    if (own !== null) return own;
    const { activeElement } = this.host.getRootNode() as Document | ShadowRoot;
    return activeElement !== this.host && this.host.contains(activeElement) ? activeElement : null;
  }
}
