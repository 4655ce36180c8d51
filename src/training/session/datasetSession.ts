/** The data set's half of the training worker: opening, importing, capturing, editing, exporting. */
import { bitmapPixels, decodeInBrowser, encodePng } from '../../dataset/browserImages.js';
import { Dataset } from '../../dataset/dataset.js';
import type { StoredSample } from '../../dataset/packs.js';
import type { FaceCropper } from '../../dataset/faceCropper.js';
import {
  addCapture,
  importImages,
  type CropFace,
  type ImportProgress,
  type ImportReport,
} from '../../dataset/importImages.js';
import { imageSeer } from '../../dataset/seeImage.js';
import { matchLabels, readLayout } from '../../dataset/layout.js';
import { DEFAULT_SPLIT_SEED } from '../../dataset/readiness.js';
import type { Sample } from '../../dataset/sample.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../../dataset/split.js';
import type { FileStorage } from '../../storage/storage.js';
import { exportZip } from '../../dataset/exportZip.js';
import { openFiles } from '../../storage/zip.js';
import { RuntimeError } from '../../errors.js';
import type { PixelImage } from '../../faces/image.js';
import { EXPRESSIONS } from '../../expressions.js';
import type { Take } from '../../dataset/takes.js';
import { preprocessImage, channelCount } from '../../faces/preprocess.js';
import { conditionValues, flagsOf, type ConditionFlag } from '../../reading/conditions.js';
import { measureCrop } from '../../reading/measures.js';
import type { Manifest } from '../../weights/manifest.js';
import { type FaceFinderUrls, openPageFaceCropper } from '../../detection/pageFaceCropper.js';
import { startTwin } from '../../worker/startTwin.js';
import { helpersFor, withHelpers } from './imageHelpers.js';
import type { CaptureReply, DatasetEdit, DatasetView, ImportRequest } from './protocol.js';

/** What of a model the data set needs: what it wants to see, and which crops it cannot read. */
export type CropSpec = Pick<Manifest, 'input' | 'reading'>;

export class DatasetSession {
  /** What keeps images of the camera from being read, by sample id, as their frames told. */
  readonly flagged = new Map<string, readonly ConditionFlag[]>();
  private cropper: Promise<FaceCropper<PixelImage>> | null = null;

  private constructor(
    readonly dataset: Dataset,
    /** False where the browser stores nothing and all lives in memory. */
    private readonly stored: boolean,
    /** Images that a list that was rebuilt names, and that are gone. */
    readonly missing: number,
    private readonly finder: FaceFinderUrls,
    private readonly spec: () => Promise<CropSpec>,
  ) {}

  /**
   * @param spec asked for when the first face is cut out
   * @param options.images where they are
   * @param options.rebuild puts the copy of a damaged list in its place first
   * @throws TrainingError `data-damaged` for a list that can be rebuilt
   */
  static async open(
    finder: FaceFinderUrls,
    spec: () => Promise<CropSpec>,
    { images, stored, rebuild }: { readonly images: FileStorage; readonly stored: boolean; readonly rebuild: boolean },
  ): Promise<DatasetSession> {
    const missing = rebuild ? await Dataset.rebuild(images) : 0;
    return new DatasetSession(await Dataset.open(images), stored, missing, finder, spec);
  }

  get view(): DatasetView {
    const { classes, canUndo } = this.dataset;
    return { classes, samples: this.dataset.samples.map(withoutAddress), canUndo, stored: this.stored };
  }

  async edit(edit: DatasetEdit): Promise<DatasetView> {
    const { dataset } = this;
    switch (edit.kind) {
      case 'add-class':
        await dataset.addClass(edit.name);
        break;
      case 'rename-class':
        await dataset.renameClass(edit.from, edit.to);
        break;
      case 'remove-class':
        await dataset.removeClass(edit.name);
        break;
      case 'relabel':
        await dataset.relabel(new Set(edit.ids), edit.label);
        break;
      case 'remove':
        await dataset.removeSamples(new Set(edit.ids));
        break;
      case 'split':
        await this.split(edit.seed, edit.keep);
        break;
      case 'undo':
        await dataset.undo();
        break;
      case 'clear':
        await dataset.clear();
        break;
    }
    return this.view;
  }

  async import(
    request: ImportRequest,
    onProgress: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<{ view: DatasetView; report: ImportReport }> {
    const read = await readLayout(await openFiles(request.files), request.label);
    const layout = matchLabels(read, [...this.dataset.classes, ...EXPRESSIONS]);
    const cropper = request.align ? await this.faceCropper() : null;
    const cropFace: CropFace | null = cropper === null ? null : async (image) => cropper.crop(image, true);
    const tools = { decode: decodeInBrowser, encode: encodePng, cropFace };
    const task = { assets: this.finder, shape: request.align ? (await this.spec()).input : null };
    const count = helpersFor(layout.images.length, navigator.hardwareConcurrency);
    const helpers = withHelpers(imageSeer(tools), task, { count, start: () => startTwin('qcs-images') });
    try {
      const report = await importImages(this.dataset, layout, { tools, see: helpers.see, onProgress, signal });
      return { view: this.view, report };
    } finally {
      helpers.dispose();
    }
  }

  /** One frame of the camera; closes it. */
  async capture(frame: ImageBitmap, label: string, take: Take): Promise<CaptureReply> {
    try {
      const cropper = await this.faceCropper();
      const picture = bitmapPixels(frame);
      const crop = await cropper.crop(picture, false);
      if (crop === null) return { outcome: 'no-face', conditions: null };
      const { input, reading = {} } = await this.spec();
      const measures = measureCrop(preprocessImage(crop.pixels, input), input.size, channelCount(input));
      const values = conditionValues(measures, crop.keypoints, picture, input);
      const flags = flagsOf(values, reading);
      const id = await addCapture(this.dataset, crop.pixels, label, take, encodePng);
      if (id !== null && flags.length > 0) this.flagged.set(id, flags);
      return { outcome: id === null ? 'same' : 'taken', conditions: { ...values, flags } };
    } finally {
      frame.close();
    }
  }

  /** Stores what a take brought. */
  async endCapture(): Promise<DatasetView> {
    await this.dataset.flush();
    return this.view;
  }

  async image(id: string): Promise<Blob> {
    const sample = this.sample(id);
    return new Blob([await this.dataset.readImage(sample)], { type: sample.image.type });
  }

  /** Gives every sample a split that has none, so that nothing is measured on what was trained on. */
  async ensureSplit(): Promise<void> {
    if (this.dataset.samples.some(({ split }) => split === null)) await this.split(DEFAULT_SPLIT_SEED, true);
  }

  async export(): Promise<Blob> {
    await this.ensureSplit();
    return exportZip(this.dataset);
  }

  private async split(seed: number, keepExisting: boolean): Promise<void> {
    const options = { fractions: DEFAULT_FRACTIONS, seed, keepExisting };
    await this.dataset.updateSamples(splitSamples(this.dataset.samples, options));
  }

  private async faceCropper(): Promise<FaceCropper<PixelImage>> {
    this.cropper ??= this.createCropper();
    try {
      return await this.cropper;
    } catch (error) {
      // The next attempt may succeed: a file that did not load, for example.
      this.cropper = null;
      throw error;
    }
  }

  private async createCropper(): Promise<FaceCropper<PixelImage>> {
    return openPageFaceCropper(this.finder, (await this.spec()).input);
  }

  private sample(id: string): StoredSample {
    const sample = this.dataset.samples.find((other) => other.id === id);
    if (sample === undefined) throw new RuntimeError('internal', `The image ${id} is not in the data set any more.`);
    return sample;
  }
}

/** Where an image lies is of no use to the page, and several times the size of the rest. */
function withoutAddress({ id, label, votes, split, group, source }: Sample): Sample {
  return { id, label, ...(votes === undefined ? {} : { votes }), split, group, source };
}
