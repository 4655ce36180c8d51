/** One model in the Models tab: what it is, and what can be done with it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { displayName, isolated } from '../../expressions.js';
import { describeArchitecture } from '../../weights/describeArchitecture.js';
import type { Manifest } from '../../weights/manifest.js';
import type { PastRun } from '../../training/session/runHistory.js';
import { emit } from '../ui/events.js';
import { formStyles, textField } from '../ui/form.js';
import { expressionIcon, icon } from '../ui/icons.js';
import { measured } from '../ui/measured.js';
import { row, surface } from '../ui/styles.js';
import { buttonStyles, expressionColour, tokens } from '../ui/tokens.js';
import { byteSize } from '../ui/words.js';
import { styled } from '../ui/styled.js';
import { measuredAccuracy } from './measured-accuracy.js';

/**
 * A model with its accuracy, classes, size and origin.
 *
 * @fires qcs-model-command - `use`, `rename`, `duplicate`, `download`, `ship`, and `remove`: asked for twice, and not while it is in use.
 * @csspart name - The model's name.
 */
export class QcsModelCard extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto 1fr auto;
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
      .accuracy {
        font-size: 15px;
      }
      .accuracy strong {
        font-size: 20px;
      }
      form {
        ${row};
        gap: 8px;
      }
      form input {
        flex: 1;
      }
      .actions .more {
        ${row};
        gap: 0 4px;
        inline-size: 100%;
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
  /** As people call it; the manifest's id where it is left out. */
  @property({ attribute: false }) name: string | null = null;
  /** The run that made it, where one of this browser did. */
  @property({ attribute: false }) run: PastRun | null = null;
  @state() private asking = false;
  @state() private renaming = false;

  protected override render(): TemplateResult | typeof nothing {
    const { manifest } = this;
    if (manifest === undefined) return nothing;
    const { id, version, architecture, classes, licence } = manifest;
    const name = this.name ?? id;
    return html`<div class="head">
        ${this.renaming ? this.renderName(id, name) : html`<h3 part="name">${name}</h3>`}
        <p>${describeArchitecture(architecture)}</p>
        <p title=${manifest.notice ?? licence}>
          ${this.shipped ? 'Comes with this page' : 'Kept in this browser'} · ${byteSize(this.bytes)} · version
          ${version}
        </p>
        ${this.run === null ? nothing : html`<p>${originWords(this.run)}</p>`}
      </div>
      ${renderAccuracy(manifest)}
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
        ${this.shipped ? nothing : this.renderKept(id, name)}
      </div>`;
  }

  private renderName(id: string, name: string): TemplateResult {
    const rename = (event: SubmitEvent) => {
      event.preventDefault();
      const text = textField(event.target as HTMLFormElement, 'name').trim();
      this.renaming = false;
      if (text !== '' && text !== name) emit(this, 'qcs-model-command', { name: 'rename', id, to: text });
    };
    return html`<form @submit=${rename}>
      <input type="text" name="name" maxlength="80" aria-label="New name of ${name}" .value=${name} required />
      <button type="submit">Rename</button>
    </form>`;
  }

  private renderKept(id: string, name: string): TemplateResult {
    return html`<button
        type="button"
        title="A zip with this model, its card and a page that reads with it"
        @click=${() => emit(this, 'qcs-model-command', { name: 'ship', id })}
      >
        ${icon('archive')}Ship it
      </button>
      <span class="more">
        <button
          type="button"
          class="quiet"
          aria-label="Download ${name}"
          @click=${() => emit(this, 'qcs-model-command', { name: 'download', id })}
        >
          ${icon('download')}Download
        </button>
        <button type="button" class="quiet" aria-label="Rename ${name}" @click=${() => void this.onRename()}>
          Rename
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Copy ${name}"
          @click=${() => emit(this, 'qcs-model-command', { name: 'duplicate', id, to: `${name}, copy` })}
        >
          Copy
        </button>
        ${this.inUse ? nothing : this.renderRemove(id, name)}
      </span>`;
  }

  private renderRemove(id: string, name: string): TemplateResult {
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
      aria-label="Remove ${name}"
      @click=${() => void this.onRemove()}
    >
      Remove
    </button>`;
  }

  private async onRename(): Promise<void> {
    this.renaming = true;
    await this.updateComplete;
    this.renderRoot.querySelector('input')?.select();
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

function renderAccuracy(manifest: Manifest): TemplateResult {
  const known = measuredAccuracy(manifest);
  if (known === null) return html`<p class="accuracy"><small>How well it does was not measured.</small></p>`;
  const { accuracy, n, what } = known;
  return html`<p class="accuracy">
    <strong>${measured(accuracy)}</strong> right <small>on ${n.toLocaleString('en')} ${what}</small>
  </p>`;
}

function originWords({ name, dataset }: PastRun): string {
  return `Came of the run ${isolated(name)}${dataset === undefined ? '' : ` on the data set ${isolated(dataset.name)}`}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-model-card': QcsModelCard;
  }
}
