/** A video on its way to a report: how finely it is read, how far that is, and a way out. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { analyseWatched } from '../../analysis/analyseVideo.js';
import { asQcsError } from '../../errors.js';
import { isolated } from '../../expressions.js';
import { acquireRecognizer } from '../../inference/index.js';
import { reportArea } from '../../messages/report/area.js';
import { newSession } from '../../report/session.js';
import { emit } from '../ui/events.js';
import { valueOf } from '../ui/form.js';
import { Localised } from '../ui/localised.js';
import { faultNotice, noticeStyles } from '../ui/notice.js';
import { progressNotice, progressStyles } from '../ui/progress.js';
import { field, surface } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { clock } from '../ui/words.js';
import './events.js';
import { FilmStrip } from './film-strip.js';

/** Frames a second to choose from; undefined is every frame. */
const RATES: readonly (number | undefined)[] = [2, 5, 10, undefined];
const USUAL = 1;
/** A time left is told from this share on: too little is known before. */
const KNOWN_SHARE = 0.03;

type Stage =
  | { readonly is: 'asking' }
  | { readonly is: 'reading'; readonly share: number; readonly text: string; readonly left: string }
  | { readonly is: 'failed'; readonly message: string };

/**
 * Reads a video file from its first frame to its last.
 *
 * @event qcs-session - It was read: `detail.session`.
 * @event qcs-report-close - The person wants back.
 */
export class QcsVideoAnalysis extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    noticeStyles,
    progressStyles,
    css`
      :host {
        display: grid;
        align-content: center;
        justify-items: center;
        padding: 24px 16px;
      }
      section {
        display: grid;
        gap: 16px;
        inline-size: min(100%, 560px);
        padding: 24px;
        ${surface}
      }
      h2 {
        font-size: 20px;
        overflow-wrap: anywhere;
      }
      section > p {
        color: var(--_ink-soft);
      }
      label {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      select {
        ${field}
      }
    `,
  ];

  @property({ attribute: false }) file: File | undefined;
  /** URL of a manifest; the shipped model when left out. */
  @property({ attribute: false }) model: string | null = null;
  private readonly localised = new Localised(this, reportArea);
  @state() private choice = USUAL;
  @state() private stage: Stage = { is: 'asking' };
  private ending: AbortController | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ending?.abort();
  }

  protected override render(): TemplateResult {
    return html`<section aria-label=${this.localised.words.text('analyseVideo')} dir=${this.localised.direction}>
      <h2>${isolated(this.file?.name ?? '')}</h2>
      ${this.renderStage()}
    </section>`;
  }

  private renderStage(): TemplateResult {
    const { stage } = this;
    const { words } = this.localised;
    if (stage.is === 'reading') {
      return progressNotice(stage.text, { share: stage.share, note: stage.left, words, cancel: () => this.cancel() });
    }
    return html`${stage.is === 'failed' ? faultNotice(stage.message, words.shared('tryAgain'), () => void this.read()) : nothing}
      <p>${words.text('analyseHow')}</p>
      <label
        >${words.text('framesToRead')}
        <select @change=${(event: Event) => (this.choice = Number(valueOf(event)))}>
          ${RATES.map(
            (rate, index) =>
              html`<option value=${index} ?selected=${index === this.choice}>
                ${rate === undefined ? words.text('everyFrame') : words.text('rateASecond', { rate })}
              </option>`,
          )}
        </select>
      </label>
      <div class="actions">
        <button type="button" class="primary" @click=${() => void this.read()}>${words.text('analyse')}</button>
        <button type="button" @click=${() => emit(this, 'qcs-report-close', null)}>${words.text('back')}</button>
      </div>`;
  }

  private cancel(): void {
    this.ending?.abort();
    this.stage = { is: 'asking' };
  }

  private async read(): Promise<void> {
    const { file, model } = this;
    if (file === undefined) return;
    const ending = new AbortController();
    const { signal } = ending;
    this.ending = ending;
    this.stage = { is: 'reading', share: 0, text: this.localised.words.text('gettingReady'), left: '' };
    try {
      const recognizer = await acquireRecognizer({ signal, ...(model === null ? {} : { model }) });
      const rate = RATES[this.choice];
      const film = new FilmStrip();
      const began = performance.now();
      try {
        const { analysis, personOf } = await analyseWatched(file, {
          recognizer,
          signal,
          ...(rate === undefined ? {} : { rate }),
          onFrame: ({ time, faces, frame }) => film.add(time, faces, frame),
          onProgress: ({ time, duration }) => this.show(time, duration, (performance.now() - began) / 1000),
        });
        this.stage = { is: 'asking' };
        emit(this, 'qcs-session', { session: newSession('video', file.name, analysis, film.pictures(personOf)) });
      } finally {
        await recognizer.dispose();
      }
    } catch (error) {
      if (!signal.aborted) this.stage = { is: 'failed', message: this.localised.words.fault(asQcsError(error)) };
    }
  }

  private show(time: number, duration: number, spent: number): void {
    if (this.ending?.signal.aborted === true) return;
    const { words } = this.localised;
    const text = words.text('readSoFar', { time: clock(time), duration: clock(duration) });
    const share = duration === 0 ? 0 : Math.min(1, time / duration);
    const left =
      share < KNOWN_SHARE ? '' : words.text('timeLeft', { time: clock(Math.ceil((spent / share) * (1 - share))) });
    this.stage = { is: 'reading', share, text, left };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-video-analysis': QcsVideoAnalysis;
  }
}
