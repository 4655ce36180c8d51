/** The Evaluate tab: drop labelled faces, see how good a model is. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { assetUrls } from '../../assets.js';
import { asQcsError, type QcsError } from '../../errors.js';
import { EvaluationClient } from '../../evaluation/client.js';
import { manifestOfModel } from '../../evaluation/modelFiles.js';
import type { DataSurvey, RunOutcome, RunProgress } from '../../evaluation/protocol.js';
import { ModelStore } from '../../models/modelStore.js';
import type { NamedFile } from '../ui/dropped-files.js';
import { learnSizes } from '../ui/file-sizes.js';
import { FilesDrop } from '../ui/files-drop.js';
import {
  corruptionName,
  DEFAULT_SETTINGS,
  preferredSplit,
  SHIPPED,
  toRequest,
  type EvaluateSettings,
  type ModelOption,
} from './evaluate-settings.js';
import { icon } from '../ui/icons.js';
import { tabStyles } from '../ui/tab.styles.js';
import { buttonStyles, dropStyles, tokens } from '../ui/tokens.js';
import type { NamedBlob } from '../../storage/namedFiles.js';

type Phase = 'empty' | 'opening' | 'ready' | 'running';

/**
 * Measures one or two models on a data set that the visitor brings, in a worker of its own.
 *
 * @csspart drop - The hint while files are held over the element.
 */
export class QcsEvaluate extends LitElement {
  static override readonly styles = [tokens, buttonStyles, dropStyles, tabStyles];

  /** Models to choose from besides the shipped one and those that the visitor adds. */
  @property({ attribute: false }) models: readonly ModelOption[] = [];

  @state() private phase: Phase = 'empty';
  @state() private survey: DataSurvey | null = null;
  @state() private settings: EvaluateSettings = DEFAULT_SETTINGS;
  @state() private stored: readonly ModelOption[] = [];
  @state() private added: readonly ModelOption[] = [];
  @state() private progress: RunProgress | null = null;
  @state() private outcome: RunOutcome | null = null;
  @state() private error: QcsError | null = null;
  private began = 0;
  private readonly client = new EvaluationClient();
  private readonly drop = new FilesDrop(
    this,
    () => this.phase !== 'running',
    (files) => void this.open(files),
  );

  constructor() {
    super();
    // Models may have come since: the tab stays in the page while others are shown.
    this.addEventListener('focusin', () => void this.listStoredModels());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.listStoredModels();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.client.dispose();
    this.reset();
  }

  /** Opens a data set: the files of a folder, or one zip. */
  async open(files: readonly NamedBlob[]): Promise<void> {
    if (this.phase === 'running' || this.phase === 'opening') return;
    this.phase = 'opening';
    this.error = null;
    this.outcome = null;
    try {
      await learnSizes(files);
      this.survey = await this.client.open(files, this.settings.rule);
      this.settings = { ...this.settings, split: preferredSplit(this.survey, 'test'), groups: null };
      this.phase = 'ready';
    } catch (error) {
      this.survey = null;
      this.fail(error, 'empty');
    }
  }

  /** Adds a model from its manifest and weights, or a zip of both, to compare with. */
  async addModel(files: readonly NamedBlob[]): Promise<void> {
    try {
      const name = await nameOfModel(files);
      const key = `own ${this.added.length + 1}`;
      this.added = [...this.added, { key, name: `${name} (added here)`, source: { kind: 'files', files } }];
      this.settings = { ...this.settings, second: key };
      this.error = null;
    } catch (error) {
      this.error = asQcsError(error);
    }
  }

  /** Measures with the settings that are shown. */
  async start(): Promise<void> {
    if (this.phase !== 'ready') return;
    this.phase = 'running';
    this.error = null;
    this.progress = null;
    this.began = performance.now();
    try {
      const request = toRequest(this.settings, this.options());
      const outcome = await this.client.run(request, (progress) => {
        if (progress.stage !== this.progress?.stage || progress.model !== this.progress.model)
          this.began = performance.now();
        this.progress = progress;
      });
      this.outcome = outcome ?? this.outcome;
      this.phase = 'ready';
    } catch (error) {
      this.fail(error, 'ready');
    }
  }

  protected override render(): TemplateResult {
    const { phase, survey } = this;
    return html`<div class="stack">
        ${this.renderFault()}
        ${
          survey === null
            ? html`<qcs-evaluate-invitation
                ?hidden=${phase === 'opening'}
                @qcs-evaluate-files=${(event: CustomEvent<readonly NamedFile[]>) => void this.open(event.detail)}
              ></qcs-evaluate-invitation>`
            : html`<qcs-evaluate-setup
                .survey=${survey}
                .models=${this.options()}
                .settings=${this.settings}
                ?disabled=${phase === 'running'}
                @qcs-evaluate-change=${(event: CustomEvent<Partial<EvaluateSettings>>) => void this.change(event.detail)}
                @qcs-evaluate-model=${(event: CustomEvent<readonly NamedFile[]>) => void this.addModel(event.detail)}
                @qcs-evaluate-start=${() => void this.start()}
                @qcs-evaluate-reset=${() => this.reset()}
              ></qcs-evaluate-setup>`
        }
        ${phase === 'opening' ? html`<div class="notice" role="status"><p>Reading the data set</p></div>` : nothing}
        ${phase === 'running' ? this.renderProgress() : nothing}
        <qcs-evaluate-results
          ?hidden=${this.outcome === null || phase === 'running'}
          .outcome=${this.outcome}
          .load=${this.loadImage}
        ></qcs-evaluate-results>
      </div>
      ${this.drop.active ? html`<div class="drop" part="drop">Drop the data set</div>` : nothing}`;
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

  private renderProgress(): TemplateResult {
    const { progress } = this;
    const share = progress === null || progress.total === 0 ? undefined : progress.done / progress.total;
    return html`<div class="notice">
      <p role="status">${describeStage(progress, this.settings.second !== null)}</p>
      <progress aria-label="Progress" max="1" .value=${share ?? 0}></progress>
      <span>${remaining(share, performance.now() - this.began)}</span>
      <button type="button" @click=${() => this.client.cancel()}>Cancel</button>
    </div>`;
  }

  private options(): readonly ModelOption[] {
    const shipped: ModelOption = {
      key: SHIPPED,
      name: 'qcs-mobile (shipped)',
      source: { kind: 'url', manifest: assetUrls().manifest.href },
    };
    return [shipped, ...this.stored, ...this.models, ...this.added];
  }

  /** Those of the Models and Train tabs. A browser that refuses storage has none. */
  private async listStoredModels(): Promise<void> {
    const models = await ModelStore.open()
      .then((store) => store.list())
      .catch(() => []);
    const known = this.stored.map(({ key }) => key).join();
    if (models.map(({ url }) => url).join() === known) return;
    this.stored = models.map(({ url, manifest }) => ({
      key: url,
      name: `${manifest.id} ${manifest.version} (kept here)`,
      source: { kind: 'url', manifest: url },
    }));
  }

  private async change(part: Partial<EvaluateSettings>): Promise<void> {
    this.settings = { ...this.settings, ...part };
    if (part.rule === undefined) return;
    try {
      this.survey = await this.client.survey(part.rule);
    } catch (error) {
      this.fail(error, 'ready');
    }
  }

  private fail(error: unknown, phase: Phase): void {
    this.phase = phase;
    this.error = asQcsError(error);
  }

  private reset(): void {
    this.phase = 'empty';
    this.survey = null;
    this.outcome = null;
    this.error = null;
  }

  private readonly loadImage = (name: string): Promise<Blob | null> => this.client.image(name);
}

async function nameOfModel(files: readonly NamedBlob[]): Promise<string> {
  const manifest = await manifestOfModel(files);
  return `${manifest.id} ${manifest.version}`;
}

function describeStage(progress: RunProgress | null, two: boolean): string {
  if (progress === null) return 'Starting';
  const model = two ? `${progress.model === 0 ? 'First' : 'Second'} model. ` : '';
  switch (progress.stage) {
    case 'loading':
      return `${model}Loading`;
    case 'duplicates':
      return 'Looking for images that an earlier split holds too';
    case 'images':
      return `${model}Image ${progress.done} of ${progress.total}`;
    case 'corruption':
      return `${model}${progress.corruption === undefined ? '' : corruptionName(progress.corruption)}, strength ${progress.strength}`;
  }
}

/** Time left in this stage, once enough of it is done to tell. */
function remaining(share: number | undefined, elapsed: number): string {
  if (share === undefined || share < 0.02 || share >= 1 || elapsed < 1000) return '';
  const seconds = Math.ceil(((elapsed / share) * (1 - share)) / 1000);
  return seconds < 90 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate': QcsEvaluate;
  }
}
