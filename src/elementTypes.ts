/** What pages set on each element and hear from it, for the type entries of the frameworks (`react.ts`, `vue.ts`, `svelte.ts`). */
import type { QcsEvaluate } from './components/evaluate/qcs-evaluate.js';
import type { QcsModels } from './components/models/qcs-models/qcs-models.js';
import type { QcsFerEventMap } from './components/recognise/events.js';
import type {
  QcsExpressionTimeline,
  SeekDetail,
} from './components/recognise/expression-timeline/expression-timeline.js';
import type { QcsFaceOverlay, SelectDetail } from './components/recognise/face-overlay/face-overlay.js';
import type { QcsProbabilityBars } from './components/recognise/probability-bars.js';
import type { QcsFer } from './components/recognise/qcs-fer/qcs-fer.js';
import type { QcsTrainEventMap } from './components/train/events.js';
import type { QcsTrain } from './components/train/qcs-train/qcs-train.js';
import type { UseModelDetail } from './components/ui/events.js';

/** An element, the properties that a page may set, attributes that are spelled otherwise, and events by name. */
interface Described<Class, Name extends keyof Class, Attributes, Events> {
  readonly element: Class;
  readonly properties: Optional<Pick<Class, Name>> & Optional<Attributes>;
  readonly events: Events;
}

/** Frameworks say `undefined` for what is not there. */
type Optional<Properties> = { [Name in keyof Properties]?: Properties[Name] | undefined };
type None = object;

export interface QcsElements {
  'qcs-fer': Described<
    QcsFer,
    | 'camera'
    | 'src'
    | 'model'
    | 'backend'
    | 'muscles'
    | 'maxFaces'
    | 'maxFps'
    | 'smoothing'
    | 'prior'
    | 'mirrored'
    | 'paused'
    | 'controls'
    | 'fill'
    | 'headless'
    | 'consent'
    | 'show'
    | 'source'
    | 'recognizerProvider',
    { 'max-faces': number | `${number}`; 'max-fps': number | `${number}` },
    QcsFerEventMap
  >;
  'qcs-face-overlay': Described<
    QcsFaceOverlay,
    'observation' | 'selected' | 'zoomed' | 'media' | 'mirrored' | 'boxes' | 'labels',
    None,
    { 'qcs-select': CustomEvent<SelectDetail> }
  >;
  'qcs-probability-bars': Described<QcsProbabilityBars, 'classes' | 'probabilities' | 'expression', None, None>;
  'qcs-expression-timeline': Described<
    QcsExpressionTimeline,
    'classes' | 'samples' | 'duration' | 'time',
    None,
    { 'qcs-seek': CustomEvent<SeekDetail> }
  >;
  'qcs-train': Described<QcsTrain, 'model', None, QcsTrainEventMap>;
  'qcs-evaluate': Described<QcsEvaluate, 'models' | 'data', None, None>;
  'qcs-models': Described<QcsModels, 'model', None, { 'qcs-use-model': CustomEvent<UseModelDetail> }>;
}

export type QcsTag = keyof QcsElements;
export type ElementOf<Tag extends QcsTag> = QcsElements[Tag]['element'];
export type PropertiesOf<Tag extends QcsTag> = QcsElements[Tag]['properties'];

/** Listeners by the names that `Name` makes of the events' names. */
export type ListenersOf<Tag extends QcsTag, Prefix extends string> = {
  [Event in keyof QcsElements[Tag]['events'] & string as `${Prefix}${Event}`]?:
    ((event: QcsElements[Tag]['events'][Event]) => void) | undefined;
};
