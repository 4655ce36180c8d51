/** `<qcs-train>`: collect faces, train on them in this page, compare and use the result. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ImportProgress, ImportReport } from '../../../dataset/importImages.js';
import { requestPersistence } from '../../../storage/opfsStorage.js';
import { TrainingClient } from '../../../training/session/client.js';
import { completeConfig, type TrainingConfig } from '../../../training/config.js';
import type { TrainingProgress } from '../../../training/progress.js';
import type { ClassLook } from '../../../training/session/looks.js';
import type { DatasetView, RunOffer, TrainingResult, TrainRequest } from '../../../training/session/protocol.js';
import type { TakeTarget } from '../capture-studio/run-take.js';
import { rail, storageNotices, type Step } from './frame.js';
import { trainStyles } from './qcs-train.styles.js';
import { saveFile } from '../../ui/save-file.js';
import { Thumbnails } from '../../ui/thumbnails.js';
import { TabController, tabStyles } from '../../ui/tab.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import type { ShelfEdit, ShelfView } from '../../../dataset/shelf.js';
import type { PastRun } from '../../../training/session/runHistory.js';
import type { TrainCommand } from '../commands.js';
import { emit, obey } from '../../ui/events.js';
import { toTrainRequest } from '../train-settings-model.js';
import { Assessing, ENOUGH_TO_TEST } from '../train-evidence/assessing.js';
import { addProgress, EMPTY_RUN, validationImages, type RunView } from '../training-run.js';

/**
 * Fine-tunes a model on the visitor's own faces, in a worker with a device of its own; everything stays in this browser.
 *
 * @fires qcs-train-progress - What a run tells while it goes on.
 * @fires qcs-train-checkpoint - A checkpoint was stored.
 * @fires qcs-train-done - A run has ended and its model is kept.
 * @fires qcs-use-model - The visitor wants to recognise with the new model; the detail holds its address.
 * @fires qcs-evaluate-data - The visitor wants to measure the new model on these images; the detail holds both.
 * @fires qcs-error - Something failed; the detail holds the error.
 * @csspart rail - The three steps.
 * @csspart drop - The hint while files are held over the element.
 */
export class QcsTrain extends LitElement {
  static override readonly styles = [tokens, buttonStyles, tabStyles, trainStyles];

  /** Address of the manifest to start from; the shipped model when left out. */
  @property() model: string | null = null;
  @state() private step: Step = 'collect';
  @state() private shelf: ShelfView | null = null;
  @state() private view: DatasetView | null = null;
  @state() private offer: RunOffer | null = null;
  /** Images that went with a damaged list. */
  @state() private missing = 0;
  @state() private importing: ImportProgress | null = null;
  /** A take is on: its faces belong to the data set that is open. */
  @state() private taking = false;
  @state() private report: ImportReport | null = null;
  @state() private run: RunView | null = null;
  @state() private config: TrainingConfig | null = null;
  /** The past run whose settings the next one begins with. */
  @state() private template: PastRun | null = null;
  @state() private paused = false;
  @state() private stopping = false;
  @state() private pauseWhenHidden = false;
  @state() private device = '';
  @state() private notice = '';
  @state() private result: TrainingResult | null = null;
  @state() private looks: Readonly<Record<string, ClassLook>> = {};
  @state() private persistent: boolean | null = null;
  private asksToKeep = false;
  private opened = Promise.resolve();
  private client = this.createClient();
  private thumbnails = new Thumbnails(async (id) => this.client.image(id));
  private readonly assessing = new Assessing(this);
  private readonly tab = new TabController(this, {
    hint: 'Drop folders, a zip or images',
    wanted: () => !this.training && this.step === 'collect',
    take: (files) => this.renderRoot.querySelector('qcs-train-collect')?.take(files),
    failed: (error) => emit(this, 'qcs-error', { error }),
  });

  constructor() {
    super();
    const attempt = (work: () => Promise<void>) => void this.opened.then(async () => this.tab.attempt(work));
    obey(this, 'qcs-train-command', {
      import: (command) => attempt(() => this.import(command)),
      'cancel-import': () => this.client.control('cancel-import'),
      edit: ({ edit }) => attempt(async () => void (this.view = await this.client.edit(edit))),
      shelf: ({ edit }) => attempt(() => this.editShelf(edit)),
      rerun: ({ run }) => attempt(() => this.rerun(run)),
      export: () => attempt(async () => saveFile('qcs-dataset.zip', await this.client.export())),
      start: ({ settings }) => {
        this.pauseWhenHidden = settings.pauseWhenHidden;
        attempt(() => this.train(toTrainRequest(settings), null));
      },
      assess: ({ settings }) =>
        attempt(async () => this.assessing.start(this.client, toTrainRequest(settings).options)),
      continue: () => attempt(() => this.continue()),
      'discard-run': () => attempt(() => this.discardRun()),
      pause: () => this.setPaused(true),
      resume: () => this.setPaused(false),
      stop: () => this.stop(),
      'pause-when-hidden': ({ on }) => (this.pauseWhenHidden = on),
      download: () => attempt(async () => saveFile(`${this.result?.id ?? 'model'}.zip`, await this.client.model())),
      use: () => this.useModel(),
      evaluate: () => attempt(() => this.evaluate()),
      go: ({ step }) => (this.step = step),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.onVisibility);
    this.opened = this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    globalThis.removeEventListener('beforeunload', this.onLeave);
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.client.dispose();
    this.thumbnails.dispose();
    this.client = this.createClient();
    this.thumbnails = new Thumbnails(async (id) => this.client.image(id));
    this.run = null;
  }

  /** True from the start of a run to its end. */
  get training(): boolean {
    return this.run !== null;
  }

  protected override render(): TemplateResult {
    const closed = (name: Step) =>
      (name === 'result' && this.result === null) ||
      (name === 'train' && (this.view?.samples.length ?? 0) === 0) ||
      (this.training && name !== 'train');
    return html`${rail(this.step, closed, (step) => (this.step = step))}
    ${
      this.step === 'collect'
        ? html`<qcs-dataset-shelf
            .shelf=${this.shelf}
            ?busy=${this.importing !== null || this.taking}
          ></qcs-dataset-shelf>`
        : nothing
    }
    ${this.renderFault()} ${storageNotices(this.missing, this.view?.stored ?? true, this.persistent)}
    ${this.renderContent()} ${this.tab.renderDrop()}`;
  }

  private renderFault(): TemplateResult | typeof nothing {
    if (this.view !== null) return this.tab.renderFault();
    const rebuild = this.tab.error?.code === 'data-damaged';
    return this.tab.renderFault(rebuild ? 'Rebuild' : 'Try again', () => void this.open(rebuild));
  }

  /** The first step stays, hidden: what is chosen there, and how takes are recorded, is as it was when one comes back. */
  private renderContent(): TemplateResult {
    return html`<qcs-train-collect
        ?hidden=${this.step !== 'collect'}
        .view=${this.view}
        .importing=${this.importing}
        .report=${this.report}
        .thumbnails=${this.thumbnails}
        .target=${this.target}
        .looks=${this.looks}
      ></qcs-train-collect>
      ${this.step === 'train' ? this.renderTraining() : nothing}
      ${
        this.step === 'result' && this.result !== null
          ? html`<qcs-train-result .result=${this.result}></qcs-train-result>`
          : nothing
      }
      ${this.step === 'collect' || this.training ? nothing : this.renderEvidence()}`;
  }

  private renderEvidence(): TemplateResult {
    const { assessment, progress } = this.assessing;
    return html`<qcs-train-evidence
      .assessment=${assessment}
      .progress=${progress}
      .thumbnails=${this.thumbnails}
      .labels=${this.view?.classes ?? []}
    ></qcs-train-evidence>`;
  }

  private renderTraining(): TemplateResult {
    return this.run === null
      ? html`<qcs-train-setup
            .view=${this.view}
            .offer=${this.offer}
            .client=${this.client}
            .template=${this.template}
          ></qcs-train-setup>
          <qcs-run-history .client=${this.client} .datasets=${this.shelf?.entries ?? []}></qcs-run-history>`
      : html`<qcs-train-running
          .run=${this.run}
          .classes=${Object.keys(this.config?.classes ?? {})}
          .validated=${validationImages(this.config, this.view)}
          .thumbnails=${this.thumbnails}
          ?paused=${this.paused}
          ?stopping=${this.stopping}
          .pauseWhenHidden=${this.pauseWhenHidden}
          device=${this.device}
          notice=${this.notice}
        ></qcs-train-running>`;
  }

  private readonly target: TakeTarget = {
    take: async (frame, label, take) => {
      this.taking = true;
      return this.client.capture(frame, label, take);
    },
    end: async () => {
      const { client } = this;
      this.taking = false;
      await this.tab.attempt(async () => {
        const view = await client.endCapture();
        // Another client stands here once the element was taken out of the page.
        if (client === this.client) this.view = view;
      });
      if (client === this.client && !this.training) void this.tab.attempt(() => this.look(client));
    },
  };

  private async look(client: TrainingClient): Promise<void> {
    const looks = await client.look();
    if (client === this.client) this.looks = looks;
  }

  private async open(rebuild = false): Promise<void> {
    this.tab.error = null;
    await this.tab.attempt(async () => {
      await this.refresh(rebuild);
      if (this.offer !== null) this.step = 'train';
    });
  }

  private async editShelf(edit: ShelfEdit): Promise<void> {
    const before = this.shelf?.current;
    this.shelf = await this.client.editShelf(edit);
    const stays = edit.kind === 'rename' || (edit.kind === 'remove' && edit.id !== before);
    if (!stays) await this.openAnew();
  }

  /** After another data set was chosen: what was shown belongs to the one before. */
  private async openAnew(): Promise<void> {
    this.thumbnails.dispose();
    this.thumbnails = new Thumbnails(async (id) => this.client.image(id));
    this.assessing.clear();
    this.step = 'collect';
    this.view = null;
    this.offer = null;
    this.result = null;
    this.report = null;
    this.template = null;
    this.looks = {};
    await this.open();
  }

  private async rerun(run: PastRun): Promise<void> {
    const { dataset } = run;
    const other = dataset !== undefined && dataset.id !== this.shelf?.current;
    if (other && this.shelf?.entries.some(({ id }) => id === dataset.id) === true) {
      await this.editShelf({ kind: 'open', id: dataset.id });
      this.step = 'train';
    }
    this.template = run;
  }

  private async import(request: Extract<TrainCommand, { name: 'import' }>): Promise<void> {
    if (this.importing !== null || this.training) return;
    this.report = null;
    this.importing = { done: 0, total: request.files.length, added: 0 };
    this.askToKeep();
    try {
      const { files, align, label } = request;
      const { view, report } = await this.client.import({ files, align, label });
      this.view = view;
      this.report = report;
    } catch (error) {
      // What was stored before the disk was full is there: it should be seen.
      await this.refresh().catch(() => undefined);
      throw error;
    } finally {
      this.importing = null;
    }
  }

  /** Once there is something to lose, when browsers are readiest to agree. Firefox asks the visitor, whose answer nothing waits for. */
  private askToKeep(): void {
    if (this.asksToKeep) return;
    this.asksToKeep = true;
    void requestPersistence().then((persistent) => (this.persistent = persistent));
  }

  private async discardRun(): Promise<void> {
    await this.client.discardRun();
    this.offer = null;
  }

  private setPaused(paused: boolean): void {
    this.paused = paused;
    this.client.control(paused ? 'pause' : 'resume');
  }

  private stop(): void {
    this.stopping = true;
    this.paused = false;
    this.client.control('stop');
  }

  private async continue(): Promise<void> {
    if (this.offer === null) return;
    const { config } = this.offer;
    const options = { ...config, classes: config.classes };
    await this.train({ options, backend: 'auto', resume: true }, config);
  }

  private async train(request: TrainRequest, saved: TrainingConfig | null): Promise<void> {
    if (this.training) return;
    this.config = saved ?? completeConfig(request.options);
    this.assessing.clear();
    this.result = null;
    this.offer = null;
    this.notice = '';
    this.paused = false;
    this.stopping = false;
    this.run = EMPTY_RUN;
    globalThis.addEventListener('beforeunload', this.onLeave);
    try {
      // Split here already, so that the images behind the figures are known while it runs.
      const unsplit = this.view?.samples.some(({ split }) => split === null) === true;
      if (unsplit) this.view = await this.client.edit({ kind: 'split', seed: request.options.seed ?? 1, keep: true });
      const result = await this.client.train(request);
      this.result = result;
      this.step = 'result';
      emit(this, 'qcs-train-done', result);
    } finally {
      this.run = null;
      globalThis.removeEventListener('beforeunload', this.onLeave);
      if (this.isConnected) await this.refresh();
    }
    // Few test images say little: what all images say stands beside them.
    if ((this.result.outcome.after?.n ?? 0) < ENOUGH_TO_TEST) await this.assessing.start(this.client, this.config);
  }

  /** How things stand in the worker. */
  private async refresh(rebuild = false): Promise<void> {
    this.shelf = await this.client.shelf();
    const { view, run, missing } = await this.client.open(this.model ?? undefined, rebuild);
    this.view = view;
    this.offer = run;
    this.missing = missing;
  }

  private async evaluate(): Promise<void> {
    const files = [{ path: 'qcs-dataset.zip', blob: await this.client.export() }];
    emit(this, 'qcs-evaluate-data', { files, model: this.result?.model ?? null });
  }

  private useModel(): void {
    const model = this.result?.model ?? null;
    if (model !== null) emit(this, 'qcs-use-model', { model });
  }

  private createClient(): TrainingClient {
    return new TrainingClient({
      onImportProgress: (progress) => {
        if (this.importing !== null) this.importing = progress;
      },
      onTrainingProgress: (progress) => this.onProgress(progress),
      onBackend: (_name, reason) => {
        this.device = reason;
        this.notice = '';
      },
      onRecovering: (error, attempt) => {
        this.notice = `${error.message} Going on from the last checkpoint (attempt ${attempt}).`;
      },
    });
  }

  private onProgress(progress: TrainingProgress): void {
    if (this.run === null) return;
    this.run = addProgress(this.run, progress);
    emit(this, 'qcs-train-progress', progress);
    if (progress.kind === 'checkpoint') {
      emit(this, 'qcs-train-checkpoint', { step: progress.step });
    }
  }

  /** Browsers ask the visitor whether to leave. Listens during a run only: it keeps pages out of the cache for going back. */
  private readonly onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();

  private readonly onVisibility = (): void => {
    if (!this.training || !this.pauseWhenHidden || this.paused) return;
    this.client.control(document.hidden ? 'pause' : 'resume');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-train': QcsTrain;
  }
}
