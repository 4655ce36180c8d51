/**
 * What the elements that fill a tab (Train, Evaluate, Models) have in common: their frame, files that are dropped on them, and faults that are
 * shown instead of thrown.
 */
import { css, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { asQcsError, type QcsError } from '../../errors.js';
import { ENGLISH_SHARED, type SharedWords } from '../../messages/words.js';
import { DropController, dropStyles, type DropOptions } from './drop.js';
import { filesOfDrop, type NamedFile } from './files.js';
import { faultNotice, noticeStyles } from './notice.js';
import { progressStyles } from './progress.js';

export interface TabOptions extends Pick<DropOptions, 'hint' | 'wanted'> {
  /** Called with the files of a drop, at least one, folders walked. */
  readonly take: (files: readonly NamedFile[]) => Promise<void> | void;
  /** What it speaks; English where it is left out. */
  readonly words?: () => SharedWords;
  /** Told of every fault that is shown. */
  readonly failed?: (error: QcsError) => void;
}

export class TabController implements ReactiveController {
  private shown: QcsError | null = null;
  private readonly drop: DropController;

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly options: TabOptions,
  ) {
    const { hint, wanted } = options;
    this.drop = new DropController(host, { hint, wanted, take: (transfer) => void this.takeDrop(transfer) });
    host.addController(this);
  }

  hostDisconnected(): void {
    this.shown = null;
  }

  /** The fault that is shown. */
  get error(): QcsError | null {
    return this.shown;
  }

  set error(error: QcsError | null) {
    this.shown = error;
    this.host.requestUpdate();
  }

  /**
   * Does something and shows its fault instead of throwing it.
   * @param recover called before a fault is shown
   */
  async attempt(work: () => Promise<void>, recover?: () => void): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const error = asQcsError(cause);
      // The element went away and took its worker along: nobody is left to tell.
      if (!this.host.isConnected || error.code === 'disposed') return;
      recover?.();
      this.error = error;
      this.options.failed?.(error);
    }
  }

  /** The fault with a button that closes it, or with another next step. */
  renderFault(
    label = this.words.shared('close'),
    act = () => void (this.error = null),
  ): TemplateResult | typeof nothing {
    return this.error === null ? nothing : faultNotice(this.words.fault(this.error), label, act);
  }

  private get words(): SharedWords {
    return this.options.words?.() ?? ENGLISH_SHARED;
  }

  renderDrop(): TemplateResult | typeof nothing {
    return this.drop.render();
  }

  private async takeDrop(transfer: DataTransfer): Promise<void> {
    await this.attempt(async () => {
      const files = await filesOfDrop(transfer);
      if (files.length > 0) await this.options.take(files);
    });
  }
}

export const tabStyles = [
  dropStyles,
  noticeStyles,
  progressStyles,
  css`
    :host {
      position: relative;
      inline-size: min(100%, 1320px);
      min-block-size: 480px;
      margin-inline: auto;
      padding: 24px;
      background: var(--_page);
    }
    @media (max-width: 640px) {
      :host {
        padding: 12px;
      }
    }
    .stack {
      display: grid;
      gap: 16px;
    }
  `,
];
