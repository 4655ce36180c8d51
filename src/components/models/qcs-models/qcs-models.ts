/** The Models tab: pick a model, or bring a checkpoint and have it converted, kept and used. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { assetUrls } from '../../../assets.js';
import { openOpfs, requestPersistence } from '../../../storage/opfsStorage.js';
import { inFolder } from '../../../storage/storage.js';
import { RunHistory, RUNS_FOLDER, type PastRun } from '../../../training/session/runHistory.js';
import { workingPage } from '../../../models/workingPage.js';
import { ModelConverter } from '../../../models/client.js';
import { zipFiles } from '../../../models/download.js';
import { ModelStore, type StoredModel } from '../../../models/modelStore.js';
import { sortOfferedFiles } from '../../../models/offeredFiles.js';
import type { ConversionOutcome, TensorFileSurvey } from '../../../models/protocol.js';
import { isolated } from '../../../expressions.js';
import { modelsArea } from '../../../messages/models/area.js';
import { loadManifest, recognisingFiles } from '../../../weights/loadModel.js';
import type { Manifest } from '../../../weights/manifest.js';
import { chooseFiles } from '../../ui/files.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { saveFile } from '../../ui/save-file.js';
import type { ModelCommand } from '../commands.js';
import { emit, obey } from '../../ui/events.js';
import { modelsStyles } from './qcs-models.styles.js';
import { notice } from '../../ui/notice.js';
import { progressNotice } from '../../ui/progress.js';
import { TabController, tabStyles } from '../../ui/tab.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import type { NamedBlob } from '../../../storage/namedFiles.js';

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'reading'; readonly what: string | undefined }
  | { readonly name: 'asking'; readonly survey: TensorFileSurvey; readonly blob: Blob }
  | { readonly name: 'converting'; readonly what: string; readonly share: number };

const IDLE: Phase = { name: 'idle' };

/**
 * Lists the shipped model and those kept in this browser; converts PyTorch checkpoints and safetensors in a worker.
 *
 * @fires qcs-use-model - Recognise with a model.
 * @csspart drop - The hint while files are held over the element.
 */
export class QcsModels extends LitElement {
  static override readonly styles = [tokens, buttonStyles, tabStyles, modelsStyles];

  /** The model in use, as `<qcs-fer model>` has it; null for the shipped one. */
  @property({ attribute: false }) model: string | null = null;

  @state() private phase: Phase = IDLE;
  @state() private shipped: Manifest | null = null;
  @state() private stored: readonly StoredModel[] = [];
  /** What made some of them. */
  @state() private runs: readonly PastRun[] = [];
  @state() private outcome: ConversionOutcome | null = null;
  private readonly localised = new Localised(this, modelsArea);
  private readonly converter = new ModelConverter();
  private readonly tab = new TabController(this, {
    hint: () => this.localised.words.text('dropModel'),
    words: () => this.localised.words,
    wanted: () => this.phase.name !== 'converting',
    take: (files) => this.offer(files),
    failed: () => (this.phase = IDLE),
  });

  constructor() {
    super();
    obey(this, 'qcs-model-command', {
      use: ({ model }) => this.use(model),
      rename: ({ id, to }) => void this.tab.attempt(() => this.change((store) => store.rename(id, to))),
      duplicate: ({ id, to }) => void this.tab.attempt(() => this.change((store) => store.duplicate(id, to))),
      ship: ({ id }) => void this.tab.attempt(() => this.ship(id)),
      download: ({ id }) => void this.tab.attempt(() => this.download(id)),
      remove: ({ id }) => void this.tab.attempt(() => this.forget(id)),
      convert: (command) => void this.convert(command),
      'cancel-questions': () => (this.phase = IDLE),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.tab.attempt(async () => {
      this.shipped = await loadManifest(assetUrls().manifest);
    });
    void this.tab.attempt(() => this.refresh());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.converter.dispose();
    this.phase = IDLE;
  }

  /** Reads the list of kept models again. */
  async refresh(): Promise<void> {
    this.stored = await (await ModelStore.open()).list();
    this.runs = await new RunHistory(inFolder(await openOpfs(), RUNS_FOLDER)).list();
  }

  /** Takes files as if they had been dropped. Faults are shown, not thrown. */
  async offer(files: readonly NamedBlob[]): Promise<void> {
    if (this.phase.name === 'converting' || this.phase.name === 'reading') return;
    this.tab.error = null;
    this.outcome = null;
    await this.tab.attempt(async () => {
      const offered = await sortOfferedFiles(files);
      if (offered.kind === 'tensors') {
        this.phase = { name: 'reading', what: offered.name };
        const survey = await this.converter.survey(offered.name, offered.blob);
        this.phase = { name: 'asking', survey, blob: offered.blob };
        const { run } = survey;
        if (run !== undefined) await this.convert({ name: 'convert', id: run, answers: {} });
        return;
      }
      this.phase = { name: 'reading', what: undefined };
      const model = await this.converter.import(offered);
      this.outcome = { model, dropped: [], notes: [] };
      await this.settle();
    });
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<div class="stack" dir=${this.localised.direction}>
        ${this.tab.renderFault()} ${this.renderPhase()} ${this.renderOutcome()}
        <h2>${words.text('title')}</h2>
        <ul class="cards">
          ${this.shipped === null ? nothing : this.renderShipped(this.shipped)}
          ${this.stored.map((model) => this.renderStored(model))}
        </ul>
      </div>
      ${this.tab.renderDrop()}`;
  }

  private renderPhase(): TemplateResult {
    const { phase } = this;
    const { words } = this.localised;
    switch (phase.name) {
      case 'idle':
        return this.renderInvitation();
      case 'reading':
        return notice(
          phase.what === undefined ? words.text('readingModel') : words.text('reading', { what: isolated(phase.what) }),
        );
      case 'asking':
        return html`<qcs-model-questions .survey=${phase.survey}></qcs-model-questions>`;
      case 'converting':
        return progressNotice(words.text('converting', { what: isolated(phase.what) }), {
          share: phase.share,
          words,
          cancel: () => this.converter.cancel(),
        });
    }
  }

  private renderInvitation(): TemplateResult {
    const { words } = this.localised;
    return html`<div class="invitation">
      <div>
        <h2>${words.text('bring')}</h2>
        <p>${words.text('bringHow')}</p>
      </div>
      <button type="button" class="primary" @click=${() => void this.choose()}>${words.text('chooseFiles')}</button>
    </div>`;
  }

  private renderOutcome(): TemplateResult | typeof nothing {
    const { outcome } = this;
    if (outcome === null) return nothing;
    const { model, dropped, notes } = outcome;
    const { words } = this.localised;
    return html`<div class="notice">
      ${icon('check', 24)}
      <div>
        <p role="status">
          ${words.text('keptNow', { name: isolated(model.id) })} <bdi lang="en">${notes.join(' ')}</bdi>
        </p>
        ${
          dropped.length === 0
            ? nothing
            : html`<details>
                <summary>${words.text('notUsed', { count: dropped.length })}</summary>
                <p dir="ltr">${dropped.join(', ')}</p>
              </details>`
        }
      </div>
      <button type="button" class="primary" @click=${() => this.use(model.url)}>${words.text('use')}</button>
    </div>`;
  }

  private renderShipped(manifest: Manifest): TemplateResult {
    return html`<li>
      <qcs-model-card
        shipped
        .manifest=${manifest}
        .bytes=${recognisingFiles(manifest).reduce((sum, { bytes }) => sum + bytes, 0)}
        ?inUse=${this.model === null}
      ></qcs-model-card>
    </li>`;
  }

  private renderStored({ id, name, url, manifest, bytes }: StoredModel): TemplateResult {
    return html`<li>
      <qcs-model-card
        .manifest=${{ ...manifest, id }}
        .name=${name}
        .run=${this.runs.find(({ model }) => model === url) ?? null}
        .model=${url}
        .bytes=${bytes}
        ?inUse=${this.model === url}
      ></qcs-model-card>
    </li>`;
  }

  private async convert({ id, answers }: Extract<ModelCommand, { name: 'convert' }>): Promise<void> {
    if (this.phase.name !== 'asking') return;
    const { survey, blob } = this.phase;
    const { name } = survey;
    this.phase = { name: 'converting', what: name, share: 0 };
    await this.tab.attempt(async () => {
      this.outcome = await this.converter.convert({ name, blob, id, answers }, (share) => {
        this.phase = { name: 'converting', what: name, share };
      });
      await this.settle();
    });
  }

  private use(model: string | null): void {
    this.model = model;
    emit(this, 'qcs-use-model', { model });
  }

  private async download(id: string): Promise<void> {
    const files = await (await ModelStore.open()).files(id);
    if (files === null) return this.refresh();
    saveFile(`${id}.zip`, zipFiles(id, files));
  }

  private async ship(id: string): Promise<void> {
    const store = await ModelStore.open();
    const [model, files] = [await store.get(id), await store.files(id)];
    if (model === null || files === null) return this.refresh();
    const folder = `${id}-page`;
    saveFile(`${folder}.zip`, workingPage(folder, model.name, files));
  }

  private async change(work: (store: ModelStore) => Promise<unknown>): Promise<void> {
    await work(await ModelStore.open());
    await this.refresh();
  }

  private async forget(id: string): Promise<void> {
    await (await ModelStore.open()).remove(id);
    this.outcome = null;
    await this.refresh();
  }

  /** After a model was added. The worker goes, and with it the memory that a large file took. */
  private async settle(): Promise<void> {
    this.converter.dispose();
    this.phase = IDLE;
    // Some browsers ask the person, who may take their time.
    void requestPersistence();
    await this.refresh();
  }

  private async choose(): Promise<void> {
    const files = await chooseFiles();
    if (files.length > 0) await this.offer(files);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-models': QcsModels;
  }
}
