/** What was read of a video or a recording, person by person, to look through, to name, to annotate and to take along. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { percent } from '../../base/format.js';
import { displayName, isolated } from '../../expressions.js';
import { secondsText } from '../../report/chart.js';
import type { Episode } from '../../report/episodes.js';
import { wereTogether } from '../../analysis/joinPeople.js';
import { joinedSession, nameOf, nearestPicture, shownNameOf, type Session } from '../../report/session.js';
import { summarisePeople, type PersonSummary } from '../../report/summary.js';
import { CAUTION, conditionsText, intervalText, presenceText, sharesText } from '../../report/words.js';
import { bar, barStyles } from '../ui/charts/bars.js';
import { emit } from '../ui/events.js';
import { valueOf } from '../ui/form.js';
import { expressionIcon, icon } from '../ui/icons.js';
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
    return html`<div class="page">
      <header>
        <div>
          <h2>${isolated(session.title)}</h2>
          <small
            >${secondsText(analysis.duration)}, ${analysis.frames} frames (${Number(analysis.rate.toFixed(1))} a
            second), read with ${isolated(analysis.model.id)} ${isolated(analysis.model.version)}</small
          >
        </div>
        <button type="button" @click=${() => emit(this, 'qcs-report-close', null)}>Back</button>
      </header>
      <p><small>${CAUTION}</small></p>
      ${this.renderUndo()}
      ${
        this.address === undefined
          ? nothing
          : html`<video
              controls
              muted
              playsinline
              src=${this.address}
              aria-label="Video"
              @timeupdate=${() => (this.time = this.video?.currentTime ?? 0)}
            ></video>`
      }
      ${
        this.summaries.length === 0
          ? html`<section><p>No face was found.</p></section>`
          : this.summaries.map((person) => this.renderPerson(session, person))
      }
      <section aria-label="Notes">
        <label>Notes <textarea .value=${session.notes} @change=${this.onNotes}></textarea></label>
        ${this.renderMarkers(session)}
      </section>
      <section aria-label="Exports">
        <qcs-session-exports .session=${session} .kept=${this.kept}></qcs-session-exports>
      </section>
    </div>`;
  }

  private renderPerson(session: Session, person: PersonSummary): TemplateResult {
    const { id } = person;
    const name = nameOf(session, id);
    const [first] = session.pictures.filter((picture) => picture.person === id);
    const gaps = session.analysis.people.find((other) => other.id === id)?.gaps ?? [];
    return html`<section aria-label=${isolated(name)}>
      <div class="name">
        ${first === undefined ? nothing : html`<img src=${first.url} alt="" />`}
        <input
          aria-label="Name of person ${id}"
          .value=${name}
          @change=${(event: Event) => this.rename(id, valueOf(event))}
        />
      </div>
      <div class="words">
        <p>${presenceText(person)} ${sharesText(person)}</p>
        <p><small>${conditionsText(person)}</small></p>
        ${this.renderJoin(session, id)}
        ${
          gaps.length === 0
            ? nothing
            : html`<p>
                <small
                  >Not seen
                  ${gaps.map(({ from, to }) => `${secondsText(from)} to ${secondsText(to)}`).join(', ')}.</small
                >
              </p>`
        }
      </div>
      <qcs-person-course .session=${session} .person=${id} .time=${this.time}></qcs-person-course>
      <div class="columns">
        <div>
          <h3>Share of the clear time, with its 95 % interval</h3>
          <ul class="shares">
            ${person.shares.map(
              (share) =>
                html`<li title="95 % interval ${intervalText(share)}">
                  ${expressionIcon(share.expression)}
                  <span>${displayName(share.expression)}</span>
                  ${bar({ value: share.share, low: share.low, high: share.high }, expressionColour(share.expression))}
                  <span>${percent(share.share)}<span class="visually-hidden">, ${intervalText(share)}</span></span>
                </li>`,
            )}
          </ul>
        </div>
        <div>
          <h3>Strongest moments</h3>
          ${
            person.peaks.length === 0
              ? html`<p><small>None but neutral.</small></p>`
              : html`<div class="peaks">${person.peaks.map((peak) => this.renderPeak(session, peak))}</div>`
          }
        </div>
      </div>
      <details>
        <summary>${person.episodes.length} stretches, ${person.changesAMinute.toFixed(1)} changes a minute</summary>
        <div class="scroll" tabindex="0" role="group" aria-label="Stretches">
          ${table(
            ['From', 'To', 'Looked like', 'Mean', 'Strongest'],
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
    const join = (event: Event) => {
      const other = Number(valueOf(event));
      this.beforeJoin = session;
      this.session = joinedSession(session, id, other);
    };
    return html`<label class="join"
      ><small>The same person as</small>
      <select @change=${join}>
        <option value="" selected>nobody else</option>
        ${possible.map((other) => html`<option value=${other}>${shownNameOf(session, other)}</option>`)}
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
    return notice('Two people are one now.', {
      actions: html`<button type="button" @click=${undo}>Undo</button>`,
    });
  }

  private renderPeak(session: Session, { person, expression = '', peak }: Episode): TemplateResult {
    const picture = nearestPicture(session.pictures, person, peak.time);
    return html`<button type="button" @click=${() => this.seek(peak.time)}>
      ${picture === undefined ? expressionIcon(expression, 40) : html`<img src=${picture.url} alt="" />`}
      <span>${displayName(expression)}<br />${percent(peak.probability)}, ${secondsText(peak.time)}</span>
    </button>`;
  }

  private episodeRow({ from, to, expression, confidence, peak }: Episode): unknown[] {
    const jump = html`<button type="button" class="quiet" @click=${() => this.seek(from)}>
      ${secondsText(from)}
    </button>`;
    if (expression === undefined) return [jump, secondsText(to), 'Not clear', '–', '–'];
    const strongest = `${percent(peak.probability)} at ${secondsText(peak.time)}`;
    return [jump, secondsText(to), displayName(expression), percent(confidence), strongest];
  }

  private renderMarkers(session: Session): TemplateResult {
    return html`${
        session.markers.length === 0
          ? nothing
          : table(
              ['Marker', 'What', ''],
              session.markers.map(({ time, text }, index) => [
                html`<button type="button" class="quiet" @click=${() => this.seek(time)}>${secondsText(time)}</button>`,
                html`<input
                  aria-label="What happened at ${secondsText(time)}"
                  .value=${text}
                  @change=${(event: Event) => this.changeMarker(index, valueOf(event))}
                />`,
                html`<button type="button" class="quiet" @click=${() => this.changeMarker(index, undefined)}>
                  Remove
                </button>`,
              ]),
            )
      }
      <div>
        <button type="button" @click=${this.onMark}>${icon('check')}Mark ${secondsText(this.time)}</button>
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
    const markers = [...(this.session?.markers ?? []), { time: this.time, text: 'Marker' }];
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
