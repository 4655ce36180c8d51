/** One model in the Models tab: what it is, and what can be done with it. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { isolated } from '../../expressions.js';
import { describeArchitecture } from '../../weights/describeArchitecture.js';
import { modelsArea } from '../../messages/models/area.js';
import type { models } from '../../messages/models/en.js';
import type { Words } from '../../messages/words.js';
import type { Manifest } from '../../weights/manifest.js';
import type { PastRun } from '../../training/session/runHistory.js';
import { emit } from '../ui/events.js';
import { formStyles, textField } from '../ui/form.js';
import { expressionIcon, icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { measured } from '../ui/measured.js';
import { row, surface } from '../ui/styles.js';
import { buttonStyles, expressionColour, tokens } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';
import { measuredAccuracy, type MeasuredAccuracy } from './measured-accuracy.js';

type ModelsWords = Words<typeof models>;

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
  private readonly localised = new Localised(this, modelsArea);
  @state() private asking = false;
  @state() private renaming = false;

  protected override render(): TemplateResult | typeof nothing {
    const { manifest } = this;
    if (manifest === undefined) return nothing;
    const { id, version, architecture, classes, licence } = manifest;
    const { words } = this.localised;
    const name = this.name ?? id;
    const facts = words.text('facts', {
      origin: words.text(this.shipped ? 'shipped' : 'kept'),
      size: words.bytes(this.bytes),
      version,
    });
    return html`<div class="head" dir=${this.localised.direction}>
        ${this.renaming ? this.renderName(id, name) : html`<h3 part="name">${isolated(name)}</h3>`}
        <p lang="en" dir="ltr">${describeArchitecture(architecture)}</p>
        <p title=${manifest.notice ?? licence}>${facts}</p>
        ${this.run === null ? nothing : html`<p>${originText(this.run, words)}</p>`}
      </div>
      ${renderAccuracy(manifest, words)}
      <ul aria-label=${words.text('classes')}>
        ${classes.map(
          (name) =>
            html`<li>
              <span ${styled({ color: expressionColour(name) })}>${expressionIcon(name, 18)}</span>${words.title(name)}
            </li>`,
        )}
      </ul>
      <div class="actions">
        ${
          this.inUse
            ? html`<span class="badge">${icon('check')}${words.text('inUse')}</span>`
            : html`<button
                type="button"
                class="primary"
                @click=${() => emit(this, 'qcs-model-command', { name: 'use', model: this.model })}
              >
                ${words.text('use')}
              </button>`
        }
        ${this.shipped ? nothing : this.renderKept(id, name)}
      </div>`;
  }

  private renderName(id: string, name: string): TemplateResult {
    const { words } = this.localised;
    const rename = (event: SubmitEvent) => {
      event.preventDefault();
      const text = textField(event.target as HTMLFormElement, 'name').trim();
      this.renaming = false;
      if (text !== '' && text !== name) emit(this, 'qcs-model-command', { name: 'rename', id, to: text });
    };
    return html`<form @submit=${rename}>
      <input
        type="text"
        name="name"
        maxlength="80"
        aria-label=${words.text('newNameOf', { name: isolated(name) })}
        .value=${name}
        required
      />
      <button type="submit">${words.text('rename')}</button>
    </form>`;
  }

  private renderKept(id: string, name: string): TemplateResult {
    const { words } = this.localised;
    const named = { name: isolated(name) };
    return html`<button
        type="button"
        title=${words.text('shipHint')}
        @click=${() => emit(this, 'qcs-model-command', { name: 'ship', id })}
      >
        ${icon('archive')}${words.text('ship')}
      </button>
      <span class="more">
        <button
          type="button"
          class="quiet"
          aria-label=${words.text('downloadOf', named)}
          @click=${() => emit(this, 'qcs-model-command', { name: 'download', id })}
        >
          ${icon('download')}${words.text('download')}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label=${words.text('renameOf', named)}
          @click=${() => void this.onRename()}
        >
          ${words.text('rename')}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label=${words.text('copyOf', named)}
          @click=${() => emit(this, 'qcs-model-command', { name: 'duplicate', id, to: words.text('nameOfCopy', { name }) })}
        >
          ${words.text('copy')}
        </button>
        ${this.inUse ? nothing : this.renderRemove(id, name)}
      </span>`;
  }

  private renderRemove(id: string, name: string): TemplateResult {
    const { words } = this.localised;
    if (this.asking) {
      return html`<button
        type="button"
        class="sure remove"
        @click=${() => this.forget(id)}
        @blur=${() => (this.asking = false)}
      >
        ${words.text('removeSure')}
      </button>`;
    }
    return html`<button
      type="button"
      class="quiet remove"
      aria-label=${words.text('removeOf', { name: isolated(name) })}
      @click=${() => void this.onRemove()}
    >
      ${words.text('remove')}
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

function renderAccuracy(manifest: Manifest, words: ModelsWords): TemplateResult {
  const known = measuredAccuracy(manifest);
  if (known === null) return html`<p class="accuracy"><small>${words.text('notMeasured')}</small></p>`;
  return html`<p class="accuracy">
    <strong>${measured(known.accuracy, words)}</strong> <small>${rightText(known, words)}</small>
  </p>`;
}

function rightText({ n: count, images }: MeasuredAccuracy, words: ModelsWords): string {
  switch (images.are) {
    case 'test':
      return words.text('rightTest', { count });
    case 'folds':
      return words.text('rightFolds', { count, folds: images.folds });
    case 'dataset':
      return words.text('rightDataset', { count, dataset: isolated(images.dataset) });
  }
}

function originText({ name, dataset }: PastRun, words: ModelsWords): string {
  const run = isolated(name);
  return dataset === undefined
    ? words.text('fromRun', { run })
    : words.text('fromRunOn', { run, dataset: isolated(dataset.name) });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-model-card': QcsModelCard;
  }
}
