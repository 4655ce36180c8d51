/** From faces of a frame to what the network says of them: cut out and read by the GPU in one go where that runs, else cut out here. */
import type { Sized } from '../faces/frameDetector.js';
import { cropTransform } from '../faces/alignment.js';
import type { DetectedFace, Keypoints } from '../faces/geometry.js';
import { channelCount } from '../faces/preprocess.js';
import type { FramePlace, FrameReadings } from '../plan/frameFaces.js';
import { mirrorCrop, type View } from '../reading/mirror.js';
import type { LoadedModel } from '../weights/loadModel.js';
import type { CropClassifier } from './cropClassifier.js';
import { keepFace, viewOf, type KeptFace } from './keptFace.js';

export interface FaceReaderParts<Frame extends Sized> {
  readonly loaded: LoadedModel;
  readonly classifier: Pick<CropClassifier, 'logits'>;
  /** The network's input for a face, `[size, size, channels]` in 0..1; undefined where its points say nothing about its size. */
  crop(frame: Frame, keypoints: Keypoints): Float32Array | undefined;
  /** Cuts faces out of a frame and reads them away from here; undefined where that cannot be done. */
  readFaces?(frame: Frame, faces: readonly FramePlace[]): Promise<FrameReadings | undefined>;
}

/** A face, and whether it or its pixels are others than when it was cut out last. */
interface Found {
  readonly face: DetectedFace;
  readonly isChanged: boolean;
}

export class FaceReader<Frame extends Sized> {
  private readonly kept = new WeakMap<DetectedFace, KeptFace>();

  constructor(private readonly parts: FaceReaderParts<Frame>) {}

  /** Reads the faces that changed straight from the frame, where that can be done. They have not changed then. */
  async readAhead<Face extends Found>(frame: Frame, faces: readonly Face[], views: readonly View[]): Promise<Face[]> {
    const { template, resizeTo } = this.parts.loaded.manifest.input;
    const fresh = faces.filter(
      (found) => this.isFresh(found) && cropTransform(found.face.keypoints, template, resizeTo) !== undefined,
    );
    if (fresh.length === 0) return [...faces];
    const places = views.flatMap((view) =>
      fresh.map(({ face: { keypoints } }) => ({ keypoints, mirrored: view === 'mirrored' })),
    );
    const readings = await this.parts.readFaces?.(frame, places);
    if (readings === undefined) return [...faces];
    fresh.forEach(({ face }, index) => this.kept.set(face, this.keep(readings, index, fresh.length, views)));
    return faces.map((found) => (fresh.includes(found) ? { ...found, isChanged: false } : found));
  }

  /** Faces with their crops; those that have not changed have the crop and the logits that they had. */
  align<Face extends Found>(frame: Frame, faces: readonly Face[]): (Face & { readonly kept: KeptFace })[] {
    return faces.flatMap((found) => {
      const { face } = found;
      const known = this.isFresh(found) ? undefined : this.kept.get(face);
      if (known !== undefined) return [{ ...found, kept: known }];
      const crop = this.parts.crop(frame, face.keypoints);
      if (crop === undefined) return [];
      const kept = keepFace(crop, this.parts.loaded.manifest.input);
      this.kept.set(face, kept);
      return [{ ...found, kept }];
    });
  }

  /** Has the network see what it has not seen of the faces, in one pass. */
  async read(faces: readonly KeptFace[], views: readonly View[]): Promise<void> {
    const { input } = this.parts.loaded.manifest;
    const missing = views.flatMap((view) => faces.flatMap((kept) => (kept.outputs.has(view) ? [] : [{ kept, view }])));
    if (missing.length === 0) return;
    const outputs = await this.parts.classifier.logits(missing.map(({ kept, view }) => viewOf(kept, view, input)));
    missing.forEach(({ kept, view }, index) => kept.outputs.set(view, rowOf(outputs, index, missing.length)));
  }

  private isFresh({ face, isChanged }: Found): boolean {
    return isChanged || !this.kept.has(face);
  }

  /** One of `count` faces whose views were read one after the other. */
  private keep({ logits, crops }: FrameReadings, index: number, count: number, views: readonly View[]): KeptFace {
    const { input } = this.parts.loaded.manifest;
    const channels = channelCount(input);
    const rows = count * views.length;
    const crop = rowOf(crops, index, rows);
    const kept = keepFace(views[0] === 'plain' ? crop : mirrorCrop(crop, input.size, channels), input);
    views.forEach((view, turn) => kept.outputs.set(view, rowOf(logits, turn * count + index, rows)));
    return kept;
  }
}

/** One of `rows` rows of equal length. */
function rowOf(values: Float32Array, row: number, rows: number): Float32Array {
  const length = values.length / rows;
  return values.slice(row * length, (row + 1) * length);
}
