/** The work behind the Models tab: looks into files, converts and imports them. Runs in a worker; knows no messages. */
import { createNetwork } from '../network/network.js';
import { blobSource } from '../storage/byteSource.js';
import { convertModel, recognizeTensorFile } from '../network/checkpoint/convertModel.js';
import { describeArchitecture } from '../weights/describeArchitecture.js';
import { completeSettings, openQuestions } from '../network/checkpoint/settings.js';
import { openTensorFile } from '../weights/tensorFile.js';
import { filesOfModel, type ModelOffer } from './offeredFiles.js';
import type { ModelStore, StoredModel } from './modelStore.js';
import type { ConversionOutcome, ConversionRequest, TensorFileSurvey } from './protocol.js';

/** Half the size, in storage and in every later load; recognition's answers move by far less than a per cent. */
const STORED_DTYPE = 'float16';
const VERSION = '1.0.0';
const UNKNOWN_LICENCE = 'unknown: see the source of the checkpoint';

/** @throws ModelError for a file that is none, holds no known network or contradicts itself. */
export async function surveyTensorFile(name: string, blob: Blob): Promise<TensorFileSurvey> {
  const file = await openTensorFile(blobSource(blob));
  const recognized = recognizeTensorFile(file);
  return {
    name,
    bytes: blob.size,
    architecture: describeArchitecture(recognized.architecture),
    outputs: recognized.classes,
    tensors: file.tensors.size,
    ...openQuestions(recognized),
  };
}

/**
 * Converts a file of tensors and keeps the model.
 * @param onProgress with the share done, 0..1
 * @throws ModelError; RuntimeError `storage-full` or `storage-refused`; an aborted signal rejects with its reason
 */
export async function convertAndStore(
  { name, blob, id, answers }: ConversionRequest,
  store: ModelStore,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ConversionOutcome> {
  const file = await openTensorFile(blobSource(blob));
  const { architecture, classes, input, notes } = completeSettings(recognizeTensorFile(file), answers);
  const { files, dropped } = await convertModel(
    file,
    createNetwork(architecture, classes.length, input.size).parameters,
    {
      id,
      version: VERSION,
      architecture,
      classes,
      input,
      dtype: STORED_DTYPE,
      licence: UNKNOWN_LICENCE,
      training: { convertedFrom: name },
    },
    { signal, onProgress: (done, total) => onProgress(done / total) },
  );
  return { model: await store.add(files), dropped, notes };
}

/** Keeps a model that comes with its manifest. Throws as {@link ModelStore.add}. */
export async function importModel(offered: ModelOffer, store: ModelStore): Promise<StoredModel> {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [path, blob] of await filesOfModel(offered)) contents.set(path, new Uint8Array(await blob.arrayBuffer()));
  return store.add(contents);
}
