/** What was read of a video or a recording, person by person, to look through, to name, to annotate and to take along. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { reportArea } from '../../messages/report/area.js';
import { isolated } from '../../expressions.js';
import type { Episode } from '../../report/episodes.js';
import { wereTogether } from '../../analysis/joinPeople.js';
import { EPISODE_COLUMNS, episodeCells } from '../../report/formats/page.js';
import { joinedSession, nearestPicture, type Session } from '../../report/session.js';
import { STRONG, summarisePeople, type PersonSummary } from '../../report/summary.js';
import {
  conditionsText,
  findingText,
  gapsText,
  intervalText,
  nameOf,
  presenceText,
  secondsText,
  sharesText,
  shareText,
  shortNumber,
  shownNameOf,
} from '../../report/words.js';
import { bar, barStyles } from '../ui/charts/bars.js';
import { emit } from '../ui/events.js';
import { valueOf } from '../ui/form.js';
import { expressionIcon, icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { notice, noticeStyles } from '../ui/notice.js';
import { table, tableStyles } from '../ui/table.js';
import { buttonStyles, expressionColour, tokens } from '../ui/tokens.js';
import './events.js';
import { reportStyles } from './session-report.styles.js';

/**
 * The report of a session.
 *
 * @event qcs-report-close - The person is done with it.
 */
export class QcsSessionReport extends LitElement {
  static override readonly styles = [tokens, buttonStyles, barStyles, tableStyles, noticeStyles, reportStyles];

  @property({ attribute: false }) session: Session | undefined;
  /** The video itself, where there is one. */
  @property({ attribute: false }) file: Blob | undefined;
  /** Where the session is kept. */
  @property({ attribute: false }) kept: string | undefined;
  private readonly localised = new Localised(this, reportArea);
  @state() private time = 0;
  /** As it was before two people were joined last. */
  @state() private beforeJoin: Session | undefined;
  @state() private address: string | undefined;
  @query('video') private readonly video!: HTMLVideoElement | null;
  private summaries: readonly PersonSummary[] = [];

  constructor() {
    super();
    this.addEventListener('qcs-report-seek', ({ detail }) => this.seek(detail.time));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetAddress();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('session');
    const { session } = this;
    if (changed.has('session') && session !== undefined && session.analysis !== before?.analysis) {
      this.summaries = summarisePeople(session.analysis);
    }
    if (!changed.has('file')) return;
    this.forgetAddress();
    this.address = this.file === undefined ? undefined : URL.createObjectURL(this.file);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session === undefined) return nothing;
    const { analysis } = session;
    const { words } = this.localised;
    return html`<div class="page" dir=${this.localised.direction}>
      <header>
        <div>
          <h2>${isolated(session.title)}</h2>
          <small>${this.factsOf(analysis)}</small>
        </div>
        <button type="button" @click=${() => emit(this, 'qcs-report-close', null)}>${words.text('back')}</button>
      </header>
      <p><small>${words.text('caution')}</small></p>
      ${this.renderUndo()}
      ${
        this.address === undefined
          ? nothing
          : html`<video
              controls
              muted
              playsinline
              src=${this.address}
              aria-label=${words.text('video')}
              @timeupdate=${() => (this.time = this.video?.currentTime ?? 0)}
            ></video>`
      }
      ${
        this.summaries.length === 0
          ? html`<section><p>${words.text('noFace')}</p></section>`
          : this.summaries.map((person) => this.renderPerson(session, person))
      }
      <section aria-label=${words.text('notes')}>
        <label>${words.text('notes')} <textarea .value=${session.notes} @change=${this.onNotes}></textarea></label>
        ${this.renderMarkers(session)}
      </section>
      <section aria-label=${words.text('exports')}>
        <qcs-session-exports .session=${session} .kept=${this.kept}></qcs-session-exports>
      </section>
    </div>`;
  }

  private renderPerson(session: Session, person: PersonSummary): TemplateResult {
    const { id } = person;
    const { words } = this.localised;
    const name = nameOf(session, id, words);
    const [first] = session.pictures.filter((picture) => picture.person === id);
    const gaps = session.analysis.people.find((other) => other.id === id)?.gaps ?? [];
    return html`<section aria-label=${isolated(name)}>
      <div class="name">
        ${first === undefined ? nothing : html`<img src=${first.url} alt="" />`}
        <input
          aria-label=${words.text('nameOfPerson', { number: String(id) })}
          .value=${name}
          @change=${(event: Event) => this.rename(id, valueOf(event))}
        />
      </div>
      <div class="words">
        <p class="finding">${findingText(person, words)}</p>
        <p>${presenceText(person, words)} ${sharesText(person, words)}</p>
        <p><small>${conditionsText(person, words)}</small></p>
        ${this.renderJoin(session, id)}
        ${gaps.length === 0 ? nothing : html`<p><small>${gapsText(gaps, words)}</small></p>`}
      </div>
      <qcs-person-course .session=${session} .person=${id} .time=${this.time}></qcs-person-course>
      <div class="columns">
        <div>
          <h3>${words.text('sharesTitle')}</h3>
          <ul class="shares">
            ${person.shares.map(
              (share) =>
                html`<li title=${words.text('shareInterval', { interval: intervalText(share, words) })}>
                  ${expressionIcon(share.expression)}
                  <span>${words.title(share.expression)}</span>
                  ${bar({ value: share.share, low: share.low, high: share.high }, expressionColour(share.expression))}
                  <span
                    >${shareText(share.share, words)}<span class="visually-hidden"
                      >, ${intervalText(share, words)}</span
                    ></span
                  >
                </li>`,
            )}
          </ul>
        </div>
        <div>
          <h3>${words.text('peaks')}</h3>
          <p><small>${words.text('strongMeans', { share: shareText(STRONG, words) })}</small></p>
          ${
            person.peaks.length === 0
              ? html`<p><small>${words.text('noPeaks')}</small></p>`
              : html`<div class="peaks">${person.peaks.map((peak) => this.renderPeak(session, peak))}</div>`
          }
        </div>
      </div>
      <details>
        <summary>
          ${words.text('stretchesAndChanges', {
            count: person.episodes.length,
            changes: shortNumber(person.changesAMinute, words),
          })}
        </summary>
        <div class="scroll" tabindex="0" role="group" aria-label=${words.text('stretches')}>
          ${table(
            EPISODE_COLUMNS.map((name) => words.text(`column.${name}`)),
            person.episodes.map((episode) => this.episodeRow(episode)),
          )}
        </div>
      </details>
    </section>`;
  }

  /** Who may be the same person: nobody who was seen at the same time. */
  private renderJoin(session: Session, id: number): TemplateResult | typeof nothing {
    const others = this.summaries.map((other) => other.id).filter((other) => other !== id);
    const possible = others.filter((other) => !wereTogether(session.analysis, id, other));
    if (possible.length === 0) return nothing;
    const { words } = this.localised;
    const join = (event: Event) => {
      const other = Number(valueOf(event));
      this.beforeJoin = session;
      this.session = joinedSession(session, id, other);
    };
    return html`<label class="join"
      ><small>${words.text('samePerson')}</small>
      <select @change=${join}>
        <option value="" selected>${words.text('nobodyElse')}</option>
        ${possible.map((other) => html`<option value=${other}>${shownNameOf(session, other, words)}</option>`)}
      </select></label
    >`;
  }

  private renderUndo(): TemplateResult | typeof nothing {
    const { beforeJoin } = this;
    if (beforeJoin === undefined) return nothing;
    const undo = () => {
      this.change({ analysis: beforeJoin.analysis, names: beforeJoin.names, pictures: beforeJoin.pictures });
      this.beforeJoin = undefined;
    };
    const { words } = this.localised;
    return notice(words.text('joined'), {
      actions: html`<button type="button" @click=${undo}>${words.text('undo')}</button>`,
    });
  }

  private renderPeak(session: Session, { person, expression = '', peak }: Episode): TemplateResult {
    const picture = nearestPicture(session.pictures, person, peak.time);
    const { words } = this.localised;
    return html`<button type="button" @click=${() => this.seek(peak.time)}>
      ${picture === undefined ? expressionIcon(expression, 40) : html`<img src=${picture.url} alt="" />`}
      <span
        >${words.title(expression)}<br />${words.text('probabilityAt', {
          share: shareText(peak.probability, words),
          time: secondsText(peak.time, words),
        })}</span
      >
    </button>`;
  }

  private factsOf({ duration, frames, rate, model }: Session['analysis']): string {
    const { words } = this.localised;
    return words.text('facts', {
      length: secondsText(duration, words),
      count: frames,
      rate: shortNumber(rate, words),
      model: isolated(`${model.id} ${model.version}`),
    });
  }

  private episodeRow(episode: Episode): unknown[] {
    const [from, ...others] = episodeCells(episode, this.localised.words);
    return [
      html`<button type="button" class="quiet" @click=${() => this.seek(episode.from)}>${from}</button>`,
      ...others,
    ];
  }

  private renderMarkers(session: Session): TemplateResult {
    const { words } = this.localised;
    return html`${
        session.markers.length === 0
          ? nothing
          : table(
              [words.text('column.marker'), words.text('column.what'), ''],
              session.markers.map(({ time, text }, index) => [
                html`<button type="button" class="quiet" @click=${() => this.seek(time)}>
                  ${secondsText(time, words)}
                </button>`,
                html`<input
                  aria-label=${words.text('whatHappened', { time: secondsText(time, words) })}
                  .value=${text}
                  @change=${(event: Event) => this.changeMarker(index, valueOf(event))}
                />`,
                html`<button type="button" class="quiet" @click=${() => this.changeMarker(index, undefined)}>
                  ${words.text('remove')}
                </button>`,
              ]),
            )
      }
      <div>
        <button type="button" @click=${this.onMark}>
          ${icon('check')}${words.text('markAt', { time: secondsText(this.time, words) })}
        </button>
      </div>`;
  }

  private seek(time: number): void {
    this.time = time;
    if (this.video !== null) this.video.currentTime = time;
  }

  private change(added: Partial<Session>): void {
    if (this.session !== undefined) this.session = { ...this.session, ...added };
  }

  private rename(id: number, text: string): void {
    const names = new Map(this.session?.names);
    if (text.trim() === '') names.delete(id);
    else names.set(id, text.trim());
    this.change({ names });
  }

  private readonly onNotes = (event: Event): void => this.change({ notes: valueOf(event) });

  private readonly onMark = (): void => {
    const markers = [...(this.session?.markers ?? []), { time: this.time, text: this.localised.words.text('marker') }];
    this.change({ markers: markers.toSorted((first, second) => first.time - second.time) });
  };

  private changeMarker(index: number, text: string | undefined): void {
    const markers = this.session?.markers ?? [];
    this.change({
      markers: markers.flatMap((marker, at) =>
        at !== index ? [marker] : text === undefined ? [] : [{ ...marker, text }],
      ),
    });
  }

  private forgetAddress(): void {
    if (this.address !== undefined) URL.revokeObjectURL(this.address);
    this.address = undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-session-report': QcsSessionReport;
  }
}
