/** The parts of `<qcs-fer>` as templates over what it shows. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FaceObservation } from '../../../inference/observation.js';
import type { FerStatus } from '../events.js';
import type { DropController } from '../../ui/drop.js';
import { emit } from '../../ui/events.js';
import { icon } from '../../ui/icons.js';
import type { CameraChoice, PictureKind } from '../media-controls.js';
import type { FerWords } from './announcer.js';
import type { ExplainedMoment } from '../why-this/explain-moment.js';
import { isMoving } from './picture.js';
import type { Reading } from './reading.js';
import type { RecognitionSession } from './recognition-session.js';
import { styled, type Declarations } from '../../ui/styled.js';

/** What the `show` attribute may list. */
export type ShownPart = 'boxes' | 'labels' | 'bars' | 'timeline' | 'why' | 'people';

export interface FerView {
  readonly words: FerWords;
  /** The person is asked before the camera. */
  readonly asksConsent: boolean;
  readonly session: RecognitionSession;
  readonly reading: Reading;
  readonly classes: readonly string[];
  readonly show: ReadonlySet<ShownPart>;
  readonly mirrored: boolean;
  readonly paused: boolean;
  readonly cameras: readonly CameraChoice[];
  readonly controls: boolean;
  readonly ownModel: boolean;
  readonly drop: DropController;
  readonly kind: PictureKind;
  /** Asks the recogniser why a face was read as it was. */
  readonly explain: (face: FaceObservation) => Promise<ExplainedMoment | undefined>;
}

export function stageTemplate(view: FerView): TemplateResult {
  const { session, reading } = view;
  const { picture, status } = session;
  const ratio: Declarations = picture === undefined ? {} : { '--_ratio': `${picture.width} / ${picture.height}` };
  return html`<section
    class="stage ${picture === undefined ? '' : 'filled'}"
    tabindex="-1"
    aria-label=${view.words.text('picture')}
    ${styled(ratio)}
  >
    ${picture?.element ?? nothing}
    ${
      picture === undefined
        ? nothing
        : html`<qcs-face-overlay
            part="overlay"
            exportparts="face, label"
            .observation=${reading.observation}
            .selected=${reading.selected}
            .zoomed=${reading.zoomed}
            .media=${picture.element}
            .mirrored=${view.mirrored && isMoving(picture)}
            .boxes=${view.show.has('boxes')}
            .labels=${view.show.has('labels')}
          ></qcs-face-overlay>`
    }
    ${
      reading.zoomed === undefined
        ? nothing
        : html`<button
            type="button"
            class="whole"
            @click=${({ currentTarget }: Event) =>
              emit(currentTarget as HTMLElement, 'qcs-command', { name: 'zoom', faceId: undefined })}
          >
            ${view.words.text('zoomOut')}
          </button>`
    }
    ${panelTemplate(view, status)} ${noteTemplate(view, status)} ${view.drop.render()}
  </section>`;
}

function panelTemplate(view: FerView, status: FerStatus): TemplateResult | typeof nothing {
  const { session } = view;
  if (view.asksConsent) {
    return html`<qcs-stage-consent class="panel"><slot name="consent"></slot></qcs-stage-consent>`;
  }
  if (status === 'error') {
    return html`<qcs-stage-fault
      class="panel"
      .error=${session.fault}
      ?ownModel=${view.ownModel}
      ?controls=${view.controls}
    ></qcs-stage-fault>`;
  }
  if (status === 'loading' || session.recovering) {
    return html`<qcs-stage-loading
      class="panel"
      .progress=${session.progress}
      .heading=${loadingHeading(view)}
      ?recovering=${session.recovering}
    ></qcs-stage-loading>`;
  }
  if (session.picture !== undefined) return nothing;
  return view.controls
    ? html`<qcs-stage-invitation class="panel" exportparts="choice"
        ><slot name="invitation"></slot
      ></qcs-stage-invitation>`
    : html`<div class="panel quiet">
        <slot name="invitation">${icon('photo', 40)}<span>${view.words.text('noPictureYet')}</span></slot>
      </div>`;
}

/** The faces of a photo side by side, where there are several. */
export function peopleTemplate({ session, reading, show }: FerView): TemplateResult | typeof nothing {
  const { picture } = session;
  const faces = reading.observation?.faces ?? [];
  if (!show.has('people') || picture === undefined || isMoving(picture) || faces.length < 2) return nothing;
  return html`<qcs-people-strip
    class="people"
    part="people"
    .faces=${faces}
    .selected=${reading.selected}
    .zoomed=${reading.zoomed}
    .picture=${picture.frames}
    .names=${reading.names}
    .arrangement=${reading.arrangement}
  ></qcs-people-strip>`;
}

/** The bar of tools, once there is something to use them on. */
export function controlsTemplate(view: FerView): TemplateResult | typeof nothing {
  if (!view.controls || isEmpty(view)) return nothing;
  return html`<qcs-controls
    class="controls"
    part="controls"
    exportparts="tool, devices"
    .kind=${view.kind}
    .paused=${view.paused}
    .mirrored=${view.mirrored}
    .cameras=${view.cameras}
    .camera=${view.session.picture?.deviceId}
  ></qcs-controls>`;
}

/** True while there is nothing but the invitation. */
function isEmpty({ session }: FerView): boolean {
  return session.picture === undefined && (session.status === 'idle' || session.status === 'ready');
}

function loadingHeading({ session, words }: FerView): string {
  const ready = session.progress.has('ready');
  if (session.picture === undefined && session.waitsForCamera) {
    return words.text(ready ? 'waitingForCamera' : 'gettingReadyCamera');
  }
  return words.text(ready && session.picture === undefined ? 'openingFile' : 'gettingReady');
}

function noteTemplate(view: FerView, status: FerStatus): TemplateResult | typeof nothing {
  const text = noteText(view, status);
  return text === undefined ? nothing : html`<div class="note" aria-hidden="true"><span>${text}</span></div>`;
}

function noteText({ session, reading, words }: FerView, status: FerStatus): string | undefined {
  const { picture } = session;
  if (picture === undefined || session.recovering) return undefined;
  if (status === 'paused') return words.text('paused');
  if (session.isMuted) return words.text('muted');
  const { observation } = reading;
  if (status === 'running' && observation === undefined) return words.text('lookingForFaces');
  if (reading.isPartial) return words.text('lookingForSmallFaces');
  if (observation?.faces.length !== 0) return undefined;
  return words.text(isMoving(picture) ? 'noFaceInView' : 'noFaceFound');
}

export interface ReadingActions {
  readonly open: boolean;
  readonly position: number;
  readonly toggle: () => void;
}

/** The reading beside the stage; where the element fills a phone's screen it is a sheet that opens over the stage. */
export function readingTemplate(
  view: FerView,
  { open, position, toggle }: ReadingActions,
): TemplateResult | typeof nothing {
  const { show, reading, session, classes, words } = view;
  if (isEmpty(view) || session.status === 'error' || (!show.has('bars') && !show.has('timeline'))) return nothing;
  const faces = reading.observation?.faces ?? [];
  const moving = session.picture !== undefined && isMoving(session.picture);
  return html`<section class="reading ${open ? 'open' : ''}" aria-label=${words.text('reading')}>
    <button class="grip" type="button" aria-expanded=${open} aria-controls="details" @click=${toggle}>
      ${icon('up', 22)}<span class="visually-hidden">${words.text(open ? 'showLess' : 'showMore')}</span>
    </button>
    <qcs-face-reading
      class="summary"
      .faces=${faces}
      .selected=${reading.selected}
      .names=${reading.names}
      .emptyText=${emptyReading(view)}
    ></qcs-face-reading>
    <div class="details" id="details" tabindex="0" role="group" aria-label=${words.text('details')}>
      ${
        show.has('bars') && classes.length > 0
          ? html`<div>
              <p class="title">${words.text('probabilities')}</p>
              <qcs-probability-bars
                part="bars"
                .classes=${classes}
                .probabilities=${reading.face?.probabilities}
                .expression=${reading.face?.expression}
              ></qcs-probability-bars>
            </div>`
          : nothing
      }
      ${
        show.has('why') && reading.face !== undefined
          ? html`<qcs-why-this
              exportparts="why-face"
              .face=${reading.face}
              .picture=${session.picture}
              .live=${moving}
              .mirrored=${view.mirrored && moving}
              .ask=${view.explain}
            ></qcs-why-this>`
          : nothing
      }
      ${
        show.has('timeline') && moving
          ? html`<div>
              <p class="title">${words.text('overTime')}</p>
              <qcs-expression-timeline
                part="timeline"
                .classes=${classes}
                .samples=${reading.samples}
                .duration=${reading.duration}
                .time=${position}
              ></qcs-expression-timeline>
            </div>`
          : nothing
      }
      ${show.has('people') && !moving && faces.length > 0 ? photoTemplate(view, faces) : nothing}
      <slot name="tools"></slot>
    </div>
  </section>`;
}

/** A photo as a whole: who looks how, and the picture to take along. */
function photoTemplate({ session, reading, words }: FerView, faces: readonly FaceObservation[]): TemplateResult {
  return html`${
      faces.length < 2
        ? nothing
        : html`<div>
            <p class="title">${words.text('inThisPicture')}</p>
            <qcs-group-summary
              .faces=${faces}
              .selected=${reading.selected}
              .names=${reading.names}
              .arrangement=${reading.arrangement}
            ></qcs-group-summary>
          </div>`
    }
    <div>
      <p class="title">${words.text('picture')}</p>
      <qcs-picture-export
        .faces=${faces}
        .picture=${session.picture?.frames}
        .names=${reading.names}
      ></qcs-picture-export>
    </div>`;
}

function emptyReading({ session, reading, words }: FerView): string {
  if (session.status === 'loading') return words.text('gettingReady');
  if (session.picture === undefined || session.isMuted) return words.text('noPicture');
  return words.text(reading.observation === undefined ? 'lookingForFaces' : 'noFaceInView');
}
