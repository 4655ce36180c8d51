/** The data sets by name: which one is open, and a new one, another name, a copy, the end of one. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { DatasetEntry, ShelfEdit, ShelfView } from '../../dataset/shelf.js';
import { isolated } from '../../expressions.js';
import { emit } from '../ui/events.js';
import { formStyles, textField, valueOf } from '../ui/form.js';
import { row } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

type Asking = 'create' | 'rename' | 'duplicate' | 'remove';

const SAVE: Readonly<Record<Exclude<Asking, 'remove'>, string>> = {
  create: 'Begin it',
  rename: 'Rename',
  duplicate: 'Copy',
};

/**
 * @fires qcs-train-command - `shelf`.
 * @csspart data-set - The row.
 */
export class QcsDatasetShelf extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formStyles,
    css`
      .row,
      form {
        ${row};
        gap: 8px;
      }
      :host {
        margin-block-end: 16px;
      }
      label {
        color: var(--_ink-soft);
        font-size: 14px;
      }
      select {
        max-inline-size: min(100%, 280px);
        font-weight: 550;
      }
      .sure {
        border-color: var(--_danger);
        color: var(--_danger);
      }
    `,
  ];

  @property({ attribute: false }) shelf: ShelfView | null = null;
  /** Nothing can be changed now. */
  @property({ type: Boolean }) busy = false;
  @state() private asking: Asking | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('shelf')) this.asking = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { shelf, asking } = this;
    const current = shelf?.entries.find(({ id }) => id === shelf.current);
    if (shelf === null || current === undefined) return nothing;
    if (asking === 'remove') return this.renderSure(current);
    return asking === null ? this.renderRow(shelf) : this.renderName(asking, current);
  }

  private renderRow({ entries, current }: ShelfView): TemplateResult {
    const open = (event: Event) => this.ask({ kind: 'open', id: valueOf(event) });
    return html`<div class="row" part="data-set">
      <label for="data-set">Data set</label>
      <select id="data-set" ?disabled=${this.busy} @change=${open}>
        ${entries.map(({ id, name }) => html`<option value=${id} .selected=${id === current}>${name}</option>`)}
      </select>
      ${this.renderButton('create', 'New')} ${this.renderButton('rename', 'Rename')}
      ${this.renderButton('duplicate', 'Copy')} ${this.renderButton('remove', 'Delete')}
    </div>`;
  }

  private renderButton(asking: Asking, words: string): TemplateResult {
    return html`<button
      type="button"
      class="quiet"
      aria-label="${words} data set"
      ?disabled=${this.busy}
      @click=${() => void this.begin(asking)}
    >
      ${words}
    </button>`;
  }

  private renderName(asking: Exclude<Asking, 'remove'>, { id, name }: DatasetEntry): TemplateResult {
    const proposed = { create: '', rename: name, duplicate: `${name}, copy` }[asking];
    const save = (event: SubmitEvent) => {
      event.preventDefault();
      const text = textField(event.target as HTMLFormElement, 'name').trim();
      if (text === '') return;
      this.ask(asking === 'create' ? { kind: asking, name: text } : { kind: asking, id, name: text });
    };
    return html`<form part="data-set" @submit=${save} @keydown=${this.onKey}>
      <label for="name">${asking === 'rename' ? `New name of ${isolated(name)}` : 'Name of the new data set'}</label>
      <input id="name" type="text" name="name" maxlength="80" .value=${proposed} required />
      <button type="submit" class="primary">${SAVE[asking]}</button>
      <button type="button" @click=${this.cancel}>Cancel</button>
    </form>`;
  }

  private renderSure({ id, name }: DatasetEntry): TemplateResult {
    return html`<div class="row" part="data-set" @keydown=${this.onKey}>
      <span>All faces of ${isolated(name)} and its unfinished run go. Models and past runs stay.</span>
      <button type="button" class="sure" @click=${() => this.ask({ kind: 'remove', id })}>Delete for good</button>
      <button type="button" @click=${this.cancel}>Cancel</button>
    </div>`;
  }

  private async begin(asking: Asking): Promise<void> {
    this.asking = asking;
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLElement>('input, .sure');
    field?.focus();
    if (field instanceof HTMLInputElement) field.select();
  }

  private ask(edit: ShelfEdit): void {
    this.asking = null;
    emit(this, 'qcs-train-command', { name: 'shelf', edit });
  }

  private readonly cancel = (): void => {
    this.asking = null;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.cancel();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-dataset-shelf': QcsDatasetShelf;
  }
}
