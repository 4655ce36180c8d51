/** The images that `convert --images` names: labelled ones, or any. */
import { IMAGE_FILE } from '../src/base/paths.js';
import type { Split } from '../src/dataset/sample.js';
import { TrainingError } from '../src/errors.js';
import { type EvaluationSample, readSamples, type SampleSet, samplesOfSplit } from '../src/evaluation/samples.js';
import type { NamedBytes } from '../src/storage/namedFiles.js';
import { readDataFolder } from './dataFolder.js';
import { CALIBRATION_IMAGES, type Int8Images } from './int8.js';

/**
 * Labelled where the folder says labels that the model knows: those of `split`, or all of a data set without splits. Else all images.
 * @throws TrainingError `data-empty` where there is no image, `data-format` for a broken list
 */
export async function readInt8Images(path: string, classes: readonly string[], split: Split): Promise<Int8Images> {
  const files = await readDataFolder(path);
  const set = await labelled(files, classes);
  if (set !== null) {
    return { split, samples: samplesOfSplit(set, split), labelled: true, calibrating: CALIBRATION_IMAGES };
  }
  const samples = files.filter((file) => IMAGE_FILE.test(file.path)).map((file) => unlabelled(file, classes));
  if (samples.length > 0) return { split: 'none', samples, labelled: false, calibrating: CALIBRATION_IMAGES };
  throw new TrainingError('data-empty', `There is no image in ${path}. Name a folder of aligned face images.`);
}

async function labelled(files: readonly NamedBytes[], classes: readonly string[]): Promise<SampleSet | null> {
  try {
    const set = await readSamples(files, 'majority', classes);
    return set.samples.some(({ label }) => classes.includes(label)) ? set : null;
  } catch (error) {
    if (error instanceof TrainingError && error.code === 'data-empty') return null;
    throw error;
  }
}

/** The label is any: nobody looks at it. */
function unlabelled(file: NamedBytes, [label]: readonly string[]): EvaluationSample {
  return { name: file.path, label, split: null, group: null, bytes: () => file.bytes() };
}
