/** One model in the Models tab: what it is, and what can be done with it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { displayName } from '../../expressions.js';
import { describeArchitecture } from '../../weights/describeArchitecture.js';
import type { Manifest } from '../../weights/manifest.js';
import { emit } from '../ui/events.js';
import { expressionIcon, icon } from '../ui/icons.js';
import { row, surface } from '../ui/styles.js';
import { buttonStyles, expressionColour, tokens } from '../ui/tokens.js';
import { byteSize } from '../ui/words.js';
import { styled } from '../ui/styled.js';

/**
 * A model with its classes, size and origin.
 *
 * @fires qcs-model-command - `use`, `download`, and `remove`: asked for twice, and not while it is in use.
 * @csspart name - The model's name.
 */
export class QcsModelCard extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: 16px;
        padding: 24px;
        ${surface}
      }
      :host([inUse]) {
        border-color: var(--_accent);
      }
      h3 {
        font-size: 18px;
        overflow-wrap: anywhere;
      }
      .head p {
        margin-block-start: 4px;
        color: var(--_ink-soft);
        font-size: 14px;
        overflow-wrap: anywhere;
      }
      ul {
        ${row};
        align-content: start;
        gap: 4px 12px;
        font-size: 14px;
      }
      li {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      .badge {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-block-size: 40px;
        color: var(--_accent);
        font-weight: 550;
      }
      .remove {
        margin-inline-start: auto;
      }
      .sure {
        border-color: var(--_danger);
        color: var(--_danger);
      }
      @media (max-width: 640px) {
        :host {
          padding: 16px;
        }
      }
    `,
  ];

  @property({ attribute: false }) manifest: Manifest | undefined;
  /** What `<qcs-fer model>` takes; null for the shipped model. */
  @property({ attribute: false }) model: string | null = null;
  /** Bytes of all files. */
  @property({ attribute: false }) bytes = 0;
  /** Comes with the page: it can be neither removed nor saved. */
  @property({ type: Boolean }) shipped = false;
  /** Recognise has it now. */
  @property({ type: Boolean, reflect: true }) inUse = false;
  @state() private asking = false;

  protected override render(): TemplateResult | typeof nothing {
    const { manifest } = this;
    if (manifest === undefined) return nothing;
    const { id, version, architecture, classes, licence } = manifest;
    return html`<div class="head">
        <h3 part="name">${id}</h3>
        <p>${describeArchitecture(architecture)}</p>
        <p title=${manifest.notice ?? licence}>
          ${this.shipped ? 'Comes with this page' : 'Kept in this browser'} · ${byteSize(this.bytes)} · version
          ${version}
        </p>
      </div>
      <ul aria-label="Classes">
        ${classes.map(
          (name) =>
            html`<li>
              <span ${styled({ color: expressionColour(name) })}>${expressionIcon(name, 18)}</span>${displayName(name)}
            </li>`,
        )}
      </ul>
      <div class="actions">
        ${
          this.inUse
            ? html`<span class="badge">${icon('check')}In use</span>`
            : html`<button
                type="button"
                class="primary"
                @click=${() => emit(this, 'qcs-model-command', { name: 'use', model: this.model })}
              >
                Use in Recognise
              </button>`
        }
        ${this.shipped ? nothing : this.renderKept(id)}
      </div>`;
  }

  private renderKept(id: string): TemplateResult {
    return html`<button
        type="button"
        class="quiet"
        title="Download"
        aria-label="Download ${id}"
        @click=${() => emit(this, 'qcs-model-command', { name: 'download', id })}
      >
        ${icon('download')}
      </button>
      ${this.inUse ? nothing : this.renderRemove(id)}`;
  }

  private renderRemove(id: string): TemplateResult {
    if (this.asking) {
      return html`<button
        type="button"
        class="sure remove"
        @click=${() => this.forget(id)}
        @blur=${() => (this.asking = false)}
      >
        Remove for good
      </button>`;
    }
    return html`<button
      type="button"
      class="quiet remove"
      aria-label="Remove ${id}"
      @click=${() => void this.onRemove()}
    >
      Remove
    </button>`;
  }

  private async onRemove(): Promise<void> {
    this.asking = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLButtonElement>('.sure')?.focus();
  }

  private forget(id: string): void {
    this.asking = false;
    emit(this, 'qcs-model-command', { name: 'remove', id });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-model-card': QcsModelCard;
  }
}
