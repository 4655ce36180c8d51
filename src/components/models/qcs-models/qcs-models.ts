/** The Models tab: pick a model, or bring a checkpoint and have it converted, kept and used. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { assetUrls } from '../../../assets.js';
import { requestPersistence } from '../../../storage/opfsStorage.js';
import { asQcsError, type QcsError } from '../../../errors.js';
import { ModelConverter } from '../../../models/client.js';
import { zipFiles } from '../../../models/download.js';
import { ModelStore, type StoredModel } from '../../../models/modelStore.js';
import { sortOfferedFiles } from '../../../models/offeredFiles.js';
import type { ConversionOutcome, TensorFileSurvey } from '../../../models/protocol.js';
import { loadManifest } from '../../../weights/loadModel.js';
import type { Manifest } from '../../../weights/manifest.js';
import { filesOfInput } from '../../ui/dropped-files.js';
import { FilesDrop } from '../../ui/files-drop.js';
import { icon } from '../../ui/icons.js';
import { saveFile } from '../../ui/save-file.js';
import type { QuestionsAnswered } from '../model-questions.js';
import { modelsStyles } from './qcs-models.styles.js';
import { tabStyles } from '../../ui/tab.styles.js';
import { buttonStyles, dropStyles, tokens } from '../../ui/tokens.js';
import type { NamedBlob } from '../../../storage/namedFiles.js';

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'reading'; readonly what: string }
  | { readonly name: 'asking'; readonly survey: TensorFileSurvey; readonly blob: Blob }
  | { readonly name: 'converting'; readonly what: string; readonly share: number };

const IDLE: Phase = { name: 'idle' };

/** Detail of `qcs-use-model`. */
export interface UseModelDetail {
  /** What `<qcs-fer model>` takes; null for the shipped model. */
  readonly model: string | null;
}

/**
 * Lists the shipped model and those kept in this browser; converts PyTorch checkpoints and safetensors in a worker.
 *
 * @fires qcs-use-model - Recognise with a model.
 * @csspart drop - The hint while files are held over the element.
 */
export class QcsModels extends LitElement {
  static override readonly styles = [tokens, buttonStyles, dropStyles, tabStyles, modelsStyles];

  /** The model in use, as `<qcs-fer model>` has it; null for the shipped one. */
  @property({ attribute: false }) model: string | null = null;

  @state() private phase: Phase = IDLE;
  @state() private shipped: Manifest | null = null;
  @state() private stored: readonly StoredModel[] = [];
  @state() private outcome: ConversionOutcome | null = null;
  @state() private error: QcsError | null = null;
  private readonly converter = new ModelConverter();
  private readonly drop = new FilesDrop(
    this,
    () => this.phase.name !== 'converting',
    (files) => void this.offer(files),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(async () => {
      this.shipped = await loadManifest(assetUrls().manifest);
    });
    void this.attempt(() => this.refresh());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.converter.dispose();
    this.phase = IDLE;
  }

  /** Reads the list of kept models again. */
  async refresh(): Promise<void> {
    this.stored = await (await ModelStore.open()).list();
  }

  /** Takes files as if they had been dropped. Faults are shown, not thrown. */
  async offer(files: readonly NamedBlob[]): Promise<void> {
    if (this.phase.name === 'converting' || this.phase.name === 'reading') return;
    this.error = null;
    this.outcome = null;
    await this.attempt(async () => {
      const offered = await sortOfferedFiles(files);
      if (offered.kind === 'tensors') {
        this.phase = { name: 'reading', what: offered.name };
        const survey = await this.converter.survey(offered.name, offered.blob);
        this.phase = { name: 'asking', survey, blob: offered.blob };
        return;
      }
      this.phase = { name: 'reading', what: 'the model' };
      const model = await this.converter.import(offered);
      this.outcome = { model, dropped: [], notes: [] };
      await this.settle();
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
        ${this.renderFault()} ${this.renderPhase()} ${this.renderOutcome()}
        <h2>Models</h2>
        <ul class="cards">
          ${this.shipped === null ? nothing : this.renderShipped(this.shipped)}
          ${this.stored.map((model) => this.renderStored(model))}
        </ul>
      </div>
      ${this.drop.active ? html`<div class="drop" part="drop">Drop the model</div>` : nothing}`;
  }

  private renderPhase(): TemplateResult {
    const { phase } = this;
    switch (phase.name) {
      case 'idle':
        return this.renderInvitation();
      case 'reading':
        return html`<div class="notice" role="status"><p>Reading ${phase.what}</p></div>`;
      case 'asking':
        return html`<qcs-model-questions
          .survey=${phase.survey}
          @qcs-model-answers=${(event: CustomEvent<QuestionsAnswered>) => void this.convert(phase.blob, event.detail)}
          @qcs-model-cancel=${() => (this.phase = IDLE)}
        ></qcs-model-questions>`;
      case 'converting':
        return html`<div class="notice">
          <p role="status">Converting ${phase.what}</p>
          <progress aria-label="Progress" max="1" .value=${phase.share}></progress>
          <button type="button" @click=${() => this.converter.cancel()}>Cancel</button>
        </div>`;
    }
  }

  private renderInvitation(): TemplateResult {
    return html`<div class="invitation">
      <div>
        <h2>Bring a model</h2>
        <p>
          Drop a PyTorch checkpoint of QCS, DCS or ARM (.pth), a .safetensors file, or a manifest.json with its weights,
          zipped or not. It is converted and kept in this browser; nothing in it is run, nothing is sent.
        </p>
      </div>
      <button type="button" class="primary" @click=${this.onChoose}>Choose files</button>
      <input type="file" hidden multiple @change=${this.onInput} />
    </div>`;
  }

  private renderFault(): TemplateResult | typeof nothing {
    const { error } = this;
    if (error === null) return nothing;
    return html`<div class="notice fault" role="alert">
      ${icon('warning', 24)}
      <p>${error.message}</p>
      <button type="button" @click=${() => (this.error = null)}>Close</button>
    </div>`;
  }

  private renderOutcome(): TemplateResult | typeof nothing {
    const { outcome } = this;
    if (outcome === null) return nothing;
    const { model, dropped, notes } = outcome;
    return html`<div class="notice">
      ${icon('check', 24)}
      <div>
        <p role="status">${model.id} is kept in this browser. ${notes.join(' ')}</p>
        ${
          dropped.length === 0
            ? nothing
            : html`<details>
                <summary>${dropped.length} tensors of the file are not used</summary>
                <p>${dropped.join(', ')}</p>
              </details>`
        }
      </div>
      <button type="button" class="primary" @click=${() => this.use(model.url)}>Use in Recognise</button>
    </div>`;
  }

  private renderShipped(manifest: Manifest): TemplateResult {
    const base = manifest.files.filter(({ part }) => part === 'base');
    return html`<li>
      <qcs-model-card
        shipped
        .manifest=${manifest}
        .bytes=${base.reduce((sum, { bytes }) => sum + bytes, 0)}
        ?inUse=${this.model === null}
        @qcs-model-use=${() => this.use(null)}
      ></qcs-model-card>
    </li>`;
  }

  private renderStored({ id, url, manifest, bytes }: StoredModel): TemplateResult {
    return html`<li>
      <qcs-model-card
        .manifest=${{ ...manifest, id }}
        .bytes=${bytes}
        ?inUse=${this.model === url}
        @qcs-model-use=${() => this.use(url)}
        @qcs-model-download=${() => void this.attempt(() => this.download(id))}
        @qcs-model-remove=${() => void this.attempt(() => this.forget(id))}
      ></qcs-model-card>
    </li>`;
  }

  private async convert(blob: Blob, { id, answers }: QuestionsAnswered): Promise<void> {
    if (this.phase.name !== 'asking') return;
    const { name } = this.phase.survey;
    this.phase = { name: 'converting', what: name, share: 0 };
    await this.attempt(async () => {
      this.outcome = await this.converter.convert({ name, blob, id, answers }, (share) => {
        this.phase = { name: 'converting', what: name, share };
      });
      await this.settle();
    });
  }

  private use(model: string | null): void {
    this.model = model;
    const detail: UseModelDetail = { model };
    this.dispatchEvent(new CustomEvent<UseModelDetail>('qcs-use-model', { detail, bubbles: true, composed: true }));
  }

  private async download(id: string): Promise<void> {
    const files = await (await ModelStore.open()).files(id);
    if (files === null) return this.refresh();
    saveFile(`${id}.zip`, zipFiles(id, files));
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

  /** Shows a fault instead of throwing it. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The element went away and took its worker along: nobody is left to tell.
      if (!this.isConnected) return;
      this.phase = IDLE;
      this.error = asQcsError(error);
    }
  }

  private readonly onChoose = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  };

  private readonly onInput = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = filesOfInput(input);
    input.value = '';
    if (files.length > 0) void this.offer(files);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-models': QcsModels;
  }
}
