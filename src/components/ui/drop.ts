/** Makes an element take what is dropped on it, and say so while files are held over it. */
import { css, html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

export interface DropOptions {
  /** Said while files are held over the element. */
  readonly hint: string | (() => string);
  /** Whether files are wanted now; asked at every event. */
  readonly wanted: () => boolean;
  /** Called inside the event, with at least one file or folder: the browser forgets a drop afterwards. */
  readonly take: (transfer: DataTransfer) => void;
}

export class DropController implements ReactiveController {
  /** The innermost part that files are held over; null while there are none. */
  private under: EventTarget | null = null;
  private listening = new AbortController();

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly options: DropOptions,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
      this.host.addEventListener(type, this.onDrag, { signal });
    }
  }

  hostDisconnected(): void {
    this.listening.abort();
    this.hold(null);
  }

  /** The hint, for the end of the host's template; `dropStyles` go with it. */
  render(): TemplateResult | typeof nothing {
    if (this.under === null) return nothing;
    const { hint } = this.options;
    return html`<div class="drop" part="drop">${typeof hint === 'string' ? hint : hint()}</div>`;
  }

  private readonly onDrag = (event: DragEvent): void => {
    const { type, dataTransfer } = event;
    const [part = this.host] = event.composedPath();
    // The next part is entered before the last one is left: what is left last lies at the element's edge.
    if (type === 'dragleave' && part !== this.under) return;
    const wanted = dataTransfer?.types.includes('Files') === true && this.options.wanted();
    this.hold(wanted && type !== 'dragleave' && type !== 'drop' ? part : null);
    if (!wanted) return;
    event.preventDefault();
    if (type === 'drop') this.options.take(dataTransfer);
  };

  private hold(part: EventTarget | null): void {
    const changes = (part === null) !== (this.under === null);
    this.under = part;
    if (changes) this.host.requestUpdate();
  }
}

/** What lies over a part of the page while files are held over it. */
export const dropStyles = css`
  .drop {
    position: absolute;
    inset: 12px;
    z-index: 5;
    display: grid;
    place-items: center;
    border: 2px dashed var(--_accent);
    border-radius: var(--_radius);
    background: color-mix(in oklab, var(--_surface) 88%, transparent);
    font-size: 18px;
    font-weight: 600;
    pointer-events: none;
  }
`;
