/** Recording faces class by class: the camera, the next take to record with what to do before it, and one card a class. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { className } from '../../../base/labels.js';
import { imagesOf, nextTake, readinessOf, type ClassReadiness, type WantedTake } from '../../../dataset/readiness.js';
import { newTake } from '../../../dataset/takes.js';
import { displayName, EXPRESSIONS } from '../../../expressions.js';
import type { DatasetView } from '../../../training/session/protocol.js';
import type { ClassLook } from '../../../training/session/looks.js';
import { emit } from '../../ui/events.js';
import { checkbox, selectField, textField } from '../../ui/form.js';
import { commonArea } from '../../../messages/common/area.js';
import type { SharedWords } from '../../../messages/words.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import type { Thumbnails } from '../../ui/thumbnails.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { counted, whyUnclear } from '../../ui/words.js';
import type { CameraState, QcsCameraView } from './camera-view.js';
import { studioStyles } from './capture-studio.styles.js';
import { expressionPicture, expressionWords } from './expression-pictures.js';
import { runTake, type TakeEnd, type TakeProgress, type TakeTarget } from './run-take.js';
import { PURPOSE_MEANINGS, scriptOf, type TakeLength } from './take-script.js';

const COUNTDOWNS = [
  ['0', 'At once'],
  ['3', 'After 3 seconds'],
  ['10', 'After 10 seconds'],
] as const;
const LENGTHS = [
  ['short', '12 faces'],
  ['normal', '24 faces'],
  ['long', '48 faces'],
] as const satisfies readonly (readonly [TakeLength, string])[];

/** Faces that a card shows. */
const FACES_SHOWN = 12;
/** Hands-free takes never begin at once: time to take the prompt in, s. */
const LEAST_PAUSE = 3;
/** Fewer faces than this of a take are said to be few. */
const FEW_FACES = 4;

/**
 * @fires qcs-train-command - `edit` (a new class) and `go`.
 * @csspart video - The live picture.
 */
export class QcsCaptureStudio extends LitElement {
  static override readonly styles = [tokens, buttonStyles, studioStyles];

  @property({ attribute: false }) view: DatasetView | null = null;
  @property({ attribute: false }) looks: Readonly<Record<string, ClassLook>> = {};
  @property({ attribute: false }) target: TakeTarget | null = null;
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  @state() private cameraState: CameraState = 'hidden';
  @state() private countdown: (typeof COUNTDOWNS)[number][0] = '3';
  @state() private length: TakeLength = 'normal';
  @state() private handsFree = false;
  /** The take that is on. */
  @state() private current: WantedTake | null = null;
  @state() private progress: TakeProgress | null = null;
  /** What became of the last take, read out too. */
  @state() private said = '';
  private classes: readonly ClassReadiness[] = [];
  private stopping = new AbortController();
  /** To be recorded as soon as the camera, which was out of sight, is there. */
  private awaited: { readonly wanted: WantedTake; readonly countdown: number } | null = null;
  private readonly localised = new Localised(this, commonArea);
  @query('qcs-camera-view') private readonly camera!: QcsCameraView;

  protected override firstUpdated(): void {
    this.scrollIntoView({ block: 'nearest' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('view') || this.view === null) return;
    const { classes, samples } = this.view;
    this.classes = readinessOf(samples, Object.fromEntries(classes.map((name) => [name, [name]])));
  }

  protected override render(): TemplateResult {
    const largest = Math.max(0, ...this.classes.map(imagesOf));
    return html`<div class="stage">
        <qcs-camera-view exportparts="video" @qcs-camera-state=${this.onCamera}>${this.renderOver()}</qcs-camera-view>
        <div class="next">${this.renderNext()}</div>
        ${this.current === null ? this.renderSettings() : nothing}
      </div>
      <div class="cards">
        ${this.classes.map((readiness) => this.renderCard(readiness, largest))}
        <form @submit=${this.addClass}>
          <input type="text" name="class" list="known" aria-label="New class" placeholder="New class" required />
          <datalist id="known">${EXPRESSIONS.map((name) => html`<option value=${name}></option>`)}</datalist>
          <button type="submit" ?disabled=${this.view === null}>Add</button>
        </form>
      </div>
      <span class="visually-hidden" role="status">${this.said}</span>`;
  }

  private renderCard(readiness: ClassReadiness, largest: number): TemplateResult {
    const { name } = readiness;
    const faces = (this.view?.samples ?? []).filter(({ label }) => label === name).slice(-FACES_SHOWN);
    return html`<qcs-class-card
      .readiness=${readiness}
      .look=${this.looks[name] ?? null}
      .largest=${largest}
      .faces=${faces.map(({ id }) => id)}
      .thumbnails=${this.thumbnails}
      ?busy=${this.current !== null || this.cameraState === 'fault'}
      ?recording=${this.current?.name === name}
      @qcs-take-wanted=${({ detail }: CustomEvent<WantedTake>) => this.record(detail, Number(this.countdown))}
    ></qcs-class-card>`;
  }

  /** Over the live picture. */
  private renderOver(): TemplateResult | typeof nothing {
    const { progress, current } = this;
    if (progress === null || current === null) return nothing;
    if (progress.stage === 'countdown') {
      return html`<div class="over"><span class="countdown" aria-hidden="true">${progress.seconds}</span></div>`;
    }
    const { taken, prompt, reply } = progress;
    const trouble = troubleOf(this.localised.words, reply);
    return html`<div class="over">
      ${trouble === null ? nothing : html`<p class="trouble">${trouble}</p>`}
      <p class="prompt">${prompt}</p>
      <progress
        max=${scriptOf(current.purpose, this.length).faces}
        value=${taken}
        aria-label="Faces of this take"
      ></progress>
    </div>`;
  }

  private renderNext(): TemplateResult {
    const { current } = this;
    if (current !== null) {
      return html`${this.renderAsked(current)}
        <div class="buttons">
          <button type="button" class="primary" @click=${this.stop}>${icon('stop')}Stop</button>
        </div>`;
    }
    const next = nextTake(this.classes);
    return html`${this.renderAdvice(next)}
      <div class="buttons">
        ${
          next === null
            ? nothing
            : html`<button
                type="button"
                class="primary"
                ?disabled=${this.cameraState === 'fault'}
                @click=${() => this.record(next, Number(this.countdown))}
              >
                ${icon('camera')}Record ${displayName(next.name)}: ${next.purpose}
              </button>`
        }
        ${this.renderContinue(next === null && this.classes.length > 1)}
      </div>
      ${this.said === '' ? nothing : html`<p class="quiet">${this.said}</p>`}`;
  }

  private renderContinue(isNext: boolean): TemplateResult | typeof nothing {
    if ((this.view?.samples.length ?? 0) === 0) return nothing;
    return html`<button
      type="button"
      class=${isNext ? 'primary' : ''}
      @click=${() => emit(this, 'qcs-train-command', { name: 'go', step: 'train' })}
    >
      Continue to training
    </button>`;
  }

  private renderAdvice(next: WantedTake | null): TemplateResult {
    if (this.classes.length === 0) return html`<p>Name the first class: what should be told apart?</p>`;
    if (next !== null) return this.renderAsked(next);
    return this.classes.length === 1
      ? html`<p>Name a second class: one alone cannot be told apart from anything.</p>`
      : html`<p>
          Every class has faces to learn from, to check and to test. More takes, of more people, make it better.
        </p>`;
  }

  private renderAsked({ name, purpose }: WantedTake): TemplateResult {
    const { before } = scriptOf(purpose, this.length);
    return html`<div class="asked">
      ${expressionPicture(name, 88)}
      <div>
        <strong>${displayName(name)}</strong>
        <p>${expressionWords(name)}. ${before}</p>
        <p><small>${PURPOSE_MEANINGS[purpose]}.</small></p>
      </div>
    </div>`;
  }

  private renderSettings(): TemplateResult {
    return html`<details>
      <summary>How takes are recorded</summary>
      <div class="settings">
        ${selectField('Begins', COUNTDOWNS, this.countdown, (value) => (this.countdown = value))}
        ${selectField('A take to learn from', LENGTHS, this.length, (value) => (this.length = value))}
        ${checkbox('Hands-free: one take after the other', this.handsFree, (on) => (this.handsFree = on))}
      </div>
    </details>`;
  }

  private readonly onCamera = (event: CustomEvent<CameraState>): void => {
    event.stopPropagation();
    this.cameraState = event.detail;
    const { awaited } = this;
    if (event.detail !== 'live') this.stop();
    else if (awaited !== null) this.record(awaited.wanted, awaited.countdown);
  };

  private readonly stop = (): void => {
    this.stopping.abort();
    this.awaited = null;
    this.handsFree = false;
  };

  private record(wanted: WantedTake, countdown: number): void {
    if (this.current !== null || this.target === null) return;
    this.awaited = null;
    if (this.cameraState !== 'live') {
      this.awaited = { wanted, countdown };
      this.camera.scrollIntoView({ block: 'center' });
      return;
    }
    this.stopping = new AbortController();
    this.current = wanted;
    this.said = '';
    void this.run(wanted, countdown, this.target, this.stopping.signal);
  }

  /** Goes on with the target that it began with: one take is one group of one class. */
  private async run(wanted: WantedTake, countdown: number, target: TakeTarget, signal: AbortSignal): Promise<void> {
    const { camera } = this;
    const { name, purpose } = wanted;
    const end = await runTake({
      script: scriptOf(purpose, this.length),
      label: name,
      take: newTake(purpose, Date.now()),
      target,
      countdown,
      frame: async () => camera.frame(),
      onProgress: (progress) => (this.progress = progress),
      signal,
    });
    // The faces of the take come down to here with the view, in a moment.
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.current = null;
    this.progress = null;
    this.said = sayEnd(end, wanted);
    // Nobody is there, or nothing goes on: it would be asked for again and again.
    if (end.end !== 'full') this.handsFree = false;
    const next = nextTake(this.classes);
    if (this.handsFree && next !== null) this.record(next, Math.max(Number(this.countdown), LEAST_PAUSE));
  }

  private readonly addClass = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = className(textField(form, 'class'));
    if (name === '') return;
    emit(this, 'qcs-train-command', { name: 'edit', edit: { kind: 'add-class', name } });
    form.reset();
  };
}

/** What keeps faces from being taken, or read well, at this moment. */
function troubleOf(words: SharedWords, reply: (TakeProgress & { stage: 'recording' })['reply']): string | null {
  if (reply === null) return null;
  if (reply.outcome === 'no-face') return 'No face in the picture';
  const why = reply.conditions === null ? undefined : whyUnclear(words, reply.conditions);
  if (why !== undefined) return words.capital(why);
  return reply.outcome === 'same' ? 'Move a little' : null;
}

function sayEnd({ taken, end, fault }: TakeEnd, { name }: WantedTake): string {
  const count = `${counted(taken, 'face', 'faces')} of ${displayName(name)} taken.`;
  if (fault !== null && taken === 0) return fault;
  if (taken < FEW_FACES) return `${count} That is too few: record the take again.`;
  return end === 'slow' ? `${count} No new face came for a while, so the take ended.` : count;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-capture-studio': QcsCaptureStudio;
  }
}
