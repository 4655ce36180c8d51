/** What `<qcs-fer>` remembers of the results: the newest, the chosen face, its history and every face's last label. */
import type { FaceObservation, FrameObservation } from '../../../inference/observation.js';
import type { ChangeDetail } from '../events.js';
import type { Arrangement } from '../people/group.js';
import {
  largestFace,
  LiveHistory,
  VideoHistory,
  type ExpressionHistory,
  type TimelineSample,
} from '../expression-timeline/history.js';

/** Labels of faces that have left are forgotten once this many are kept. */
const REMEMBERED_FACES = 200;

export class Reading {
  observation: FrameObservation | undefined;
  /** The large faces of a photo are known, its small ones are still searched. */
  isPartial = false;
  /** Id of the chosen face: the person's choice while it is in view, else the largest. */
  selected: number | undefined;
  /** Id of the face that is enlarged in the picture. */
  zoomed: number | undefined;
  /** What faces are called here, by their ids, until the next picture. */
  names: ReadonlyMap<number, string> = new Map();
  arrangement: Arrangement = { order: 'size' };
  samples: readonly TimelineSample[] = [];
  /** Length of a video in seconds; undefined for everything else. */
  duration: number | undefined;
  private history: ExpressionHistory = new LiveHistory();
  private readonly labels = new Map<number, string>();

  /** Forgets everything, for a new picture. */
  begin(duration?: number): void {
    this.observation = undefined;
    this.isPartial = false;
    this.selected = undefined;
    this.zoomed = undefined;
    this.names = new Map();
    this.arrangement = { order: 'size' };
    this.samples = [];
    this.duration = duration;
    this.history = duration === undefined ? new LiveHistory() : new VideoHistory(duration);
    this.labels.clear();
  }

  /** Forgets what is in view; what was before stays in the timeline. */
  pause(): void {
    this.observation = undefined;
  }

  /** Takes in a result and says which faces are new or have another label than before. */
  add(observation: FrameObservation, isPartial = false): ChangeDetail[] {
    this.observation = observation;
    this.isPartial = isPartial;
    this.history.add(observation);
    const { faces } = observation;
    if (!faces.some((face) => face.id === this.selected)) this.selected = largestFace(faces)?.id ?? this.selected;
    this.samples = this.history.samples(this.selected);
    const changes = faces.flatMap((face) => this.changeOf(face));
    this.forgetLeft(faces);
    return changes;
  }

  select(id: number): void {
    this.selected = id;
    this.samples = this.history.samples(id);
  }

  /** Calls a face something; by its number again where the name is empty. */
  nameFace(id: number, name: string): void {
    const names = new Map(this.names);
    if (name.trim() === '') names.delete(id);
    else names.set(id, name.trim());
    this.names = names;
  }

  get face(): FaceObservation | undefined {
    return this.observation?.faces.find((face) => face.id === this.selected);
  }

  private changeOf(face: FaceObservation): ChangeDetail[] {
    const from = this.labels.get(face.id);
    if (from === face.expression) return [];
    this.labels.set(face.id, face.expression);
    return [{ face, from, to: face.expression }];
  }

  private forgetLeft(faces: readonly FaceObservation[]): void {
    if (this.labels.size <= REMEMBERED_FACES) return;
    const present = new Set(faces.map((face) => face.id));
    for (const id of this.labels.keys()) if (!present.has(id)) this.labels.delete(id);
  }
}
