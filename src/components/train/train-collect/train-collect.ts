/** The first step of the Train tab: bringing faces, and putting them in order. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ImportProgress, ImportReport } from '../../../dataset/importImages.js';
import { className } from '../../../base/labels.js';
import { countByClass } from '../../../dataset/sample.js';
import { asQcsError } from '../../../errors.js';
import { displayName, EXPRESSIONS, isolated } from '../../../expressions.js';
import type { DatasetView } from '../../../training/session/protocol.js';
import type { ClassLook } from '../../../training/session/looks.js';
import type { TakeTarget } from '../capture-studio/run-take.js';
import { chooseFile, chooseFiles, chooseFolder, ZIP } from '../../ui/files.js';
import type { TrainCommand } from '../commands.js';
import { learnSizes } from '../../ui/file-sizes.js';
import { checkbox, textField } from '../../ui/form.js';
import { Localised } from '../../ui/localised.js';
import { discoverArea } from '../../../messages/discover/area.js';
import { drawnFaces } from '../../../dataset/drawn/drawnFaces.js';
import { expressionIcon, icon } from '../../ui/icons.js';
import type { GalleryItem } from '../sample-gallery.js';
import type { Thumbnails } from '../../ui/thumbnails.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { collectStyles } from './train-collect.styles.js';
import { emit } from '../../ui/events.js';
import { counted } from '../../ui/words.js';
import type { NamedBlob } from '../../../storage/namedFiles.js';

/** After a count. */
const PROBLEMS: Readonly<Record<ImportReport['problems'][number]['kind'], string>> = {
  'no-label': 'without a label',
  unreadable: 'unreadable',
  'no-face': 'without a face',
  'several-faces': 'with several faces, the largest taken',
  duplicate: 'there already',
  missing: 'listed and missing',
};

/**
 * @fires qcs-train-command - `import`, `edit`, `export`, `cancel-import`, `go`.
 * @csspart sources - The ways to bring images.
 * @csspart studio - Where the camera is.
 */
export class QcsTrainCollect extends LitElement {
  static override readonly styles = [tokens, buttonStyles, collectStyles];

  @property({ attribute: false }) view: DatasetView | null = null;
  @property({ attribute: false }) importing: ImportProgress | null = null;
  @property({ attribute: false }) report: ImportReport | null = null;
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  /** Where the faces of the camera go. */
  @property({ attribute: false }) target: TakeTarget | null = null;
  /** What was seen in the images of the classes. */
  @property({ attribute: false }) looks: Readonly<Record<string, ClassLook>> = {};
  @state() private chosen: string | null = null;
  @state() private selected: ReadonlySet<string> = new Set();
  @state() private align = true;
  @state() private cameraOpen = false;
  /** What went wrong when files were chosen. */
  @state() private fault = '';
  private readonly discover = new Localised(this, discoverArea);
  /** The drawn faces are on their way. */
  private awaitsDrawn = false;
  private counts: readonly number[] = [];
  private items: readonly GalleryItem[] = [];

  /** Thousands of samples are looked through when they or the class change, not whenever a picture is selected. */
  protected override willUpdate(changed: PropertyValues): void {
    const { view, current } = this;
    if (changed.has('report') && this.report !== null && this.awaitsDrawn) {
      this.awaitsDrawn = false;
      emit(this, 'qcs-train-command', { name: 'go', step: 'train' });
    }
    if (changed.has('view')) this.counts = view === null ? [] : countByClass(view.samples, view.classes);
    if (changed.has('view') || changed.has('chosen')) {
      this.items = (view?.samples ?? [])
        .filter(({ label }) => label === current)
        .map(({ id, source, split }) => ({ id, title: split === null ? source : `${source} (${split})` }));
    }
  }

  protected override render(): TemplateResult {
    const { view } = this;
    const count = view?.samples.length ?? 0;
    const inviting = count === 0 && !this.cameraOpen;
    const size = inviting ? 32 : 20;
    return html`<section part="sources" class=${inviting ? 'empty' : ''}>
        <h2>
          ${
            count === 0
              ? 'Collect faces'
              : `${counted(count, 'face', 'faces')} in ${counted(view?.classes.length ?? 0, 'class', 'classes')}`
          }
        </h2>
        <p>
          Folders by class, a zip of such, the FERPlus layout, a CSV list, or single images for the chosen class.
          Everything stays on this device.
        </p>
        <div class=${inviting ? 'choices' : 'sources'}>
          <button type="button" @click=${() => (this.cameraOpen = !this.cameraOpen)} aria-expanded=${this.cameraOpen}>
            ${icon('camera', size)}Camera
          </button>
          <button type="button" @click=${() => void this.bring(chooseFolder)}>${icon('folder', size)}Folder</button>
          <button type="button" @click=${() => void this.bring(() => chooseFile(ZIP))}>
            ${icon('archive', size)}Zip
          </button>
          <button type="button" @click=${() => void this.bring(() => chooseFiles('image/*'))}>
            ${icon('photo', size)}Images
          </button>
          ${checkbox(
            'Find and align faces (off for images that are face crops already)',
            this.align,
            (on) => (this.align = on),
          )}
        </div>
        ${inviting ? this.renderDrawn() : nothing}
        ${this.fault === '' ? nothing : html`<p role="alert">${this.fault}</p>`} ${this.renderImport()}
        ${this.cameraOpen || count === 0 ? nothing : this.renderContinue()}
      </section>
      ${this.cameraOpen ? this.renderStudio() : nothing} ${view === null ? nothing : this.renderData(view)}`;
  }

  private renderContinue(): TemplateResult {
    return html`<div class="continue">
      <button
        type="button"
        class="primary"
        @click=${() => emit(this, 'qcs-train-command', { name: 'go', step: 'train' })}
      >
        Continue to training
      </button>
    </div>`;
  }

  private renderDrawn(): TemplateResult {
    const { words } = this.discover;
    return html`<div class="drawn">
      <button type="button" class="primary" ?disabled=${this.importing !== null} @click=${() => void this.draw()}>
        ${icon('painting')}${words.text('tryDrawn')}
      </button>
      <p><small>${words.text('drawnHint')}</small></p>
    </div>`;
  }

  /** A sample to try the tab with; the next step follows once it is here. */
  private async draw(): Promise<void> {
    this.awaitsDrawn = true;
    const files = await drawnFaces();
    emit(this, 'qcs-train-command', { name: 'import', files, align: false, label: null });
  }

  private async bring(choose: () => Promise<readonly NamedBlob[]>): Promise<void> {
    this.fault = '';
    try {
      this.take(await choose());
    } catch (error) {
      this.fault = asQcsError(error).message;
    }
  }

  /** Imports files that were dropped or chosen elsewhere, as its own buttons do. */
  take(files: readonly NamedBlob[]): void {
    if (files.length === 0) return;
    const { align, current } = this;
    void learnSizes(files).then(() =>
      emit(this, 'qcs-train-command', { name: 'import', files, align, label: current }),
    );
  }

  private renderImport(): TemplateResult {
    const { importing, report } = this;
    if (importing !== null) {
      const [done, total, taken] = [importing.done, importing.total, importing.added].map((n) => n.toLocaleString());
      return html`<div class="importing" role="status">
        <progress max=${importing.total} value=${importing.done} aria-label="Import"></progress>
        <span>${done} of ${total}, ${taken} taken</span>
        <button type="button" @click=${() => emit(this, 'qcs-train-command', { name: 'cancel-import' })}>Stop</button>
      </div>`;
    }
    if (report === null) return html``;
    const kinds = new Map(
      [...new Set(report.problems.map(({ kind }) => kind))].map((kind) => [
        kind,
        report.problems.filter((problem) => problem.kind === kind),
      ]),
    );
    const added = report.added === 1 ? '1 image was added' : `${report.added.toLocaleString()} images were added`;
    return html`<div role="status">
      <p>${added}${report.aborted ? ' before the import was stopped' : ''}.</p>
      ${[...kinds].map(
        ([kind, problems]) =>
          html`<details>
            <summary>${problems.length} ${PROBLEMS[kind]}</summary>
            <ul>
              ${problems.slice(0, 500).map(({ path, detail }) => html`<li>${isolated(path)}: ${detail}</li>`)}
            </ul>
          </details>`,
      )}
    </div>`;
  }

  private renderStudio(): TemplateResult {
    return html`<section part="studio">
      <qcs-capture-studio
        .view=${this.view}
        .looks=${this.looks}
        .target=${this.target}
        .thumbnails=${this.thumbnails}
      ></qcs-capture-studio>
    </section>`;
  }

  private renderData(view: DatasetView): TemplateResult {
    return html`<section>
      <div class="columns">
        <div>
          <ul class="classes" aria-label="Classes">
            ${view.classes.map((name, index) => this.renderClass(name, this.counts[index]))}
          </ul>
          ${this.cameraOpen ? nothing : this.renderNewClass()}
        </div>
        <div>${this.renderGallery(view)}</div>
      </div>
    </section>`;
  }

  private renderNewClass(): TemplateResult {
    return html`<form @submit=${this.addClass}>
      <input type="text" name="class" list="known" aria-label="New class" placeholder="New class" required />
      <datalist id="known">${EXPRESSIONS.map((name) => html`<option value=${name}></option>`)}</datalist>
      <button type="submit" ?disabled=${this.view === null}>Add</button>
    </form>`;
  }

  private renderClass(name: string, count: number): TemplateResult {
    return html`<li>
      <button type="button" aria-pressed=${name === this.current} @click=${() => this.choose(name)}>
        ${expressionIcon(name)}${displayName(name)}<span class="count">${count.toLocaleString()}</span>
      </button>
    </li>`;
  }

  private renderGallery(view: DatasetView): TemplateResult {
    const { current, selected } = this;
    const edit = (change: TrainCommand) => {
      emit(this, 'qcs-train-command', change);
      this.selected = new Set();
    };
    const ids = [...selected];
    const move = (event: Event) => {
      const list = event.target as HTMLSelectElement;
      if (list.value !== '') edit({ name: 'edit', edit: { kind: 'relabel', ids, label: list.value } });
      list.value = '';
    };
    return html`<div class="tools">
        <strong>${ids.length === 0 ? (current === null ? '' : displayName(current)) : `${ids.length} selected`}</strong>
        ${
          ids.length > 0
            ? html`<select aria-label="Move the selected images to" @change=${move}>
                  <option value="">Move to</option>
                  ${view.classes.map((name) => html`<option value=${name}>${displayName(name)}</option>`)}
                </select>
                <button type="button" @click=${() => edit({ name: 'edit', edit: { kind: 'remove', ids } })}>
                  Delete
                </button>`
            : this.renderClassTools(current)
        }
        <button type="button" ?disabled=${!view.canUndo} @click=${() => edit({ name: 'edit', edit: { kind: 'undo' } })}>
          Undo
        </button>
        <button
          type="button"
          ?disabled=${view.samples.length === 0}
          @click=${() => emit(this, 'qcs-train-command', { name: 'export' })}
        >
          ${icon('download')}Export
        </button>
      </div>
      <qcs-sample-gallery
        label=${current === null ? 'Images' : `Images of ${current}`}
        .items=${this.items}
        .selected=${selected}
        .thumbnails=${this.thumbnails}
        @qcs-gallery-select=${(event: CustomEvent<ReadonlySet<string>>) => (this.selected = event.detail)}
      ></qcs-sample-gallery>`;
  }

  private renderClassTools(current: string | null): TemplateResult | typeof nothing {
    if (current === null) return nothing;
    const rename = (event: Event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const to = className(textField(form, 'name'));
      if (to === '' || to === current) return;
      emit(this, 'qcs-train-command', { name: 'edit', edit: { kind: 'rename-class', from: current, to } });
      this.chosen = to;
    };
    return html`<form @submit=${rename}>
        <input type="text" name="name" aria-label="Name of the class" .value=${current} required />
        <button type="submit">Rename</button>
      </form>
      <button
        type="button"
        @click=${() => emit(this, 'qcs-train-command', { name: 'edit', edit: { kind: 'remove-class', name: current } })}
      >
        Delete class
      </button>`;
  }

  /** The class in the gallery: the chosen one, else the first. */
  private get current(): string | null {
    const classes = this.view?.classes ?? [];
    return this.chosen !== null && classes.includes(this.chosen) ? this.chosen : (classes[0] ?? null);
  }

  private choose(name: string): void {
    this.chosen = name;
    this.selected = new Set();
  }

  private readonly addClass = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = className(textField(form, 'class'));
    if (name === '') return;
    emit(this, 'qcs-train-command', { name: 'edit', edit: { kind: 'add-class', name } });
    this.chosen = name;
    form.reset();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train-collect': QcsTrainCollect;
  }
}
