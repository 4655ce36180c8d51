/** What reading faces takes in Node: model, backend and detector, from the package's own files. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { concatenateFloats } from '../base/floats.js';
import { PictureFaces } from '../detection/pictureFaces.js';
import { RuntimeError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';
import type { EngineParts } from '../inference/engine.js';
import type { BackendName } from '../inference/observation.js';
import { startNodeClassifier } from '../plan/nodeClassifier.js';
import { readKernels } from '../plan/nodeKernels.js';
import { sharedKernels } from '../plan/wasm/module.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { MUSCLES } from '../weights/muscles.js';
import { loadModelAt, shippedManifest } from './modelFiles.js';
import { pathOf } from './readPicture.js';

export interface NodeRecognizerOptions {
  /** Path or `file:` address of a manifest; the shipped model when left out. */
  readonly model?: string | URL;
  /** Loads the part of the model that reads muscles, too, and gives every face its `muscles`; `model-missing` where the model has none, as the shipped one. Default false. */
  readonly muscles?: boolean;
  /** Default `wasm`. `webgpu` needs the package `webgpu` and a driver. */
  readonly backend?: BackendName;
  /** On how many threads `recognizeAll` computes; one a core when left out. On WebGPU always one. */
  readonly threads?: number;
}

export type NodeParts = Omit<EngineParts<PixelImage>, 'firstId'>;

/** @throws ModelError */
export function loadModelOf({
  model = shippedManifest(),
  muscles = false,
}: NodeRecognizerOptions): Promise<LoadedModel> {
  return loadModelAt(pathOf(model), ['recognising', ...(muscles ? [MUSCLES] : [])]);
}

/** @throws ModelError, RuntimeError `no-webgpu`, `no-backend`, `detector-failed` */
export async function openParts(loaded: LoadedModel, name: BackendName): Promise<NodeParts> {
  const faces = await PictureFaces.create(await readDetector(), sharedKernels(readKernels));
  const { classifier, reason, stop } = await startNodeClassifier(name, loaded);
  return {
    loaded,
    detector: faces.detector,
    renewDetector: async () => Promise.resolve(faces.detector),
    glance: (picture) => faces.glance(picture),
    crop: (picture, keypoints) => faces.crop(picture, keypoints, loaded.manifest.input),
    classifier: {
      state: { name, reason },
      logits: async (crops) => classifier.logits(concatenateFloats(crops), crops.length),
      onLost: () => undefined,
      dispose: stop,
    },
  };
}

/** BlazeFace: beside the built files, else in the package that it comes in. @throws RuntimeError `detector-failed` */
export async function readDetector(): Promise<Uint8Array> {
  const beside = fileURLToPath(new URL('./runtime/face_detector.tflite', import.meta.url));
  try {
    const path = existsSync(beside)
      ? beside
      : createRequire(import.meta.url).resolve('@mediapipe/face_detection/face_detection_short_range.tflite');
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new RuntimeError('detector-failed', "The face detector's file is missing. Install the package again.", {
      cause,
    });
  }
}
