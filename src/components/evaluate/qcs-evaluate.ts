/** The Evaluate tab: drop labelled faces, see how good a model is. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { assetUrls } from '../../assets.js';
import { CaptureError } from '../../errors.js';
import { EvaluationClient } from '../../evaluation/client.js';
import { manifestOfModel } from '../../evaluation/modelFiles.js';
import type { DataSurvey, RunOutcome, RunProgress } from '../../evaluation/protocol.js';
import { evaluateArea } from '../../messages/evaluate/area.js';
import { ModelStore } from '../../models/modelStore.js';
import { isolated } from '../../expressions.js';
import { drawnFaces } from '../../dataset/drawn/drawnFaces.js';
import { learnSizes } from '../ui/file-sizes.js';
import { chooseFile, chooseFiles, chooseFolder, ZIP } from '../ui/files.js';
import { obey, type EvaluateDataDetail } from '../ui/events.js';
import {
  DEFAULT_SETTINGS,
  preferredSplit,
  SHIPPED,
  toRequest,
  type EvaluateSettings,
  type ModelOption,
} from './evaluate-settings.js';
import { Localised } from '../ui/localised.js';
import { notice } from '../ui/notice.js';
import { progressNotice } from '../ui/progress.js';
import { TabController, tabStyles } from '../ui/tab.js';
import { Thumbnails } from '../ui/thumbnails.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import type { EvaluateWords } from './evaluate-words.js';
import type { NamedBlob } from '../../storage/namedFiles.js';

/** Ways to a data set. */
const CHOICES = { folder: chooseFolder, zip: () => chooseFile(ZIP), drawn: drawnFaces } as const;

type Phase = 'empty' | 'opening' | 'ready' | 'running';

/**
 * Measures one or two models on a data set that the visitor brings, in a worker of its own.
 *
 * @csspart drop - The hint while files are held over the element.
 */
export class QcsEvaluate extends LitElement {
  static override readonly styles = [tokens, buttonStyles, tabStyles];

  /** Models to choose from besides the shipped one and those that the visitor adds. */
  @property({ attribute: false }) models: readonly ModelOption[] = [];

  /** A data set to open, and a model to measure on it beside the shipped one. */
  @property({ attribute: false }) data: EvaluateDataDetail | null = null;

  @state() private phase: Phase = 'empty';
  @state() private survey: DataSurvey | null = null;
  @state() private settings: EvaluateSettings = DEFAULT_SETTINGS;
  @state() private stored: readonly ModelOption[] = [];
  @state() private added: readonly ModelOption[] = [];
  @state() private progress: RunProgress | null = null;
  @state() private outcome: RunOutcome | null = null;
  private readonly localised = new Localised(this, evaluateArea);
  private began = 0;
  private readonly client = new EvaluationClient();
  private readonly thumbnails = new Thumbnails(async (name) => this.image(name));
  private readonly tab = new TabController(this, {
    hint: () => this.localised.words.text('dropData'),
    words: () => this.localised.words,
    wanted: () => this.phase !== 'running',
    take: (files) => this.open(files),
  });

  constructor() {
    super();
    obey(this, 'qcs-evaluate-command', {
      open: ({ from }) => void this.choose(CHOICES[from](), (files) => this.open(files)),
      reset: () => this.reset(),
      change: ({ settings }) => void this.change(settings),
      'add-model': () => void this.choose(chooseFiles('.json,.safetensors,.zip'), (files) => this.addModel(files)),
      'choose-groups': () => void this.choose(chooseFile('.csv,text/csv'), (files) => this.readGroups(files)),
      start: () => void this.start(),
    });
    // Models may have come since: the tab stays in the page while others are shown.
    this.addEventListener('focusin', () => void this.listStoredModels());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.listStoredModels();
  }

  /** Before it renders, so that the opening begins in the same update. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('data') && this.data !== null) void this.take(this.data);
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
    this.tab.error = null;
    this.outcome = null;
    this.thumbnails.dispose();
    const open = async () => {
      await learnSizes(files);
      this.survey = await this.client.open(files, this.settings.rule);
      const { photos } = this.survey;
      this.settings = { ...this.settings, split: preferredSplit(this.survey, 'test'), align: photos, groups: null };
      this.phase = 'ready';
    };
    await this.tab.attempt(open, () => this.reset());
  }

  /** Adds a model from its manifest and weights, or a zip of both, to compare with. */
  async addModel(files: readonly NamedBlob[]): Promise<void> {
    await this.tab.attempt(async () => {
      const { id, version } = await manifestOfModel(files);
      const key = `own ${this.added.length + 1}`;
      this.added = [
        ...this.added,
        {
          key,
          name: this.localised.words.text('modelAdded', { name: isolated(`${id} ${version}`) }),
          source: { kind: 'files', files },
        },
      ];
      this.settings = { ...this.settings, second: key };
      this.tab.error = null;
    });
  }

  /** Measures with the settings that are shown. */
  async start(): Promise<void> {
    if (this.phase !== 'ready') return;
    this.phase = 'running';
    this.tab.error = null;
    this.progress = null;
    this.began = performance.now();
    await this.tab.attempt(async () => {
      const request = toRequest(this.settings, this.options());
      const outcome = await this.client.run(request, (progress) => {
        if (progress.stage !== this.progress?.stage || progress.model !== this.progress.model)
          this.began = performance.now();
        this.progress = progress;
      });
      this.outcome = outcome ?? this.outcome;
    });
    if (this.survey !== null) this.phase = 'ready';
  }

  protected override render(): TemplateResult {
    const { phase, survey } = this;
    const { words } = this.localised;
    return html`<div class="stack" dir=${this.localised.direction}>
        ${this.tab.renderFault()}
        ${
          survey === null
            ? html`<qcs-evaluate-invitation ?hidden=${phase === 'opening'}></qcs-evaluate-invitation>`
            : html`<qcs-evaluate-setup
                .survey=${survey}
                .models=${this.options()}
                .settings=${this.settings}
                ?disabled=${phase === 'running'}
              ></qcs-evaluate-setup>`
        }
        ${phase === 'opening' ? notice(words.text('readingData')) : nothing}
        ${phase === 'running' ? this.renderProgress() : nothing}
        <qcs-evaluate-results
          ?hidden=${this.outcome === null || phase === 'running'}
          .outcome=${this.outcome}
          .thumbnails=${this.thumbnails}
        ></qcs-evaluate-results>
      </div>
      ${this.tab.renderDrop()}`;
  }

  private async take({ files, model }: EvaluateDataDetail): Promise<void> {
    await this.open(files);
    await this.listStoredModels();
    const known = this.options().some(({ key }) => key === model);
    this.settings = {
      ...this.settings,
      first: known && model !== null ? model : SHIPPED,
      second: known ? SHIPPED : null,
    };
  }

  private renderProgress(): TemplateResult {
    const { progress } = this;
    const share = progress === null || progress.total === 0 ? undefined : progress.done / progress.total;
    const { words } = this.localised;
    return progressNotice(stageText(progress, this.settings.second !== null, words), {
      share: share ?? 0,
      note: remainingText(share, performance.now() - this.began, words),
      words,
      cancel: () => this.client.cancel(),
    });
  }

  private options(): readonly ModelOption[] {
    const shipped: ModelOption = {
      key: SHIPPED,
      name: this.localised.words.text('modelShipped', { name: 'qcs-mobile' }),
      source: { kind: 'url', manifest: assetUrls().manifest.href },
    };
    return [shipped, ...this.stored, ...this.models, ...this.added];
  }

  /** Those of the Models and Train tabs. A browser that refuses storage has none. */
  private async listStoredModels(): Promise<void> {
    const models = await ModelStore.open()
      .then((store) => store.list())
      .catch(() => []);
    const keys = (all: readonly { readonly key: string; readonly name: string }[]) =>
      all.map(({ key, name }) => `${key} ${name}`).join('\n');
    const named = models.map(({ url, name, manifest }) => ({
      key: url,
      name: this.localised.words.text('modelKept', { name: isolated(`${name} ${manifest.version}`) }),
    }));
    if (keys(named) === keys(this.stored)) return;
    this.stored = named.map(({ key: url, name }) => ({
      key: url,
      name,
      source: { kind: 'url', manifest: url },
    }));
  }

  private async choose(
    asked: Promise<readonly NamedBlob[]>,
    take: (files: readonly NamedBlob[]) => Promise<void>,
  ): Promise<void> {
    await this.tab.attempt(async () => {
      const files = await asked;
      if (files.length > 0) await take(files);
    });
  }

  private async readGroups([{ path, blob }]: readonly NamedBlob[]): Promise<void> {
    await this.change({ groups: { name: path, text: await blob.text() } });
  }

  private async change(part: Partial<EvaluateSettings>): Promise<void> {
    this.settings = { ...this.settings, ...part };
    if (part.rule === undefined) return;
    const { rule } = part;
    await this.tab.attempt(async () => {
      this.survey = await this.client.survey(rule);
    });
  }

  private async image(name: string): Promise<Blob> {
    const blob = await this.client.image(name);
    if (blob === null) throw new CaptureError('source-unreachable', `${name} is gone. Open the data set again.`);
    return blob;
  }

  private reset(): void {
    this.thumbnails.dispose();
    this.phase = 'empty';
    this.survey = null;
    this.outcome = null;
    this.tab.error = null;
  }
}

function stageText(progress: RunProgress | null, two: boolean, words: EvaluateWords): string {
  if (progress === null) return words.text('starting');
  const stage = stageAlone(progress, words);
  if (!two || progress.stage === 'duplicates') return stage;
  return words.text(progress.model === 0 ? 'ofFirst' : 'ofSecond', { stage });
}

function stageAlone({ stage, done, total, corruption, strength }: RunProgress, words: EvaluateWords): string {
  switch (stage) {
    case 'loading':
      return words.text('loading');
    case 'faces':
      return words.text('findingFaces', { done, total });
    case 'duplicates':
      return words.text('findingDuplicates');
    case 'images':
      return words.text('readingImages', { done, total });
    case 'mirror':
      return words.text('readingMirrored', { done, total });
    case 'corruption':
      return words.text('damaging', {
        damage: corruption === undefined ? '' : words.text(`damage.${corruption}`),
        strength: strength ?? 0,
      });
  }
}

/** Time left in this stage, once enough of it is done to tell. */
function remainingText(share: number | undefined, elapsed: number, words: EvaluateWords): string {
  if (share === undefined || share < 0.02 || share >= 1 || elapsed < 1000) return '';
  const seconds = Math.ceil(((elapsed / share) * (1 - share)) / 1000);
  return seconds < 90
    ? words.text('secondsLeft', { count: seconds })
    : words.text('minutesLeft', { count: Math.round(seconds / 60) });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate': QcsEvaluate;
  }
}
