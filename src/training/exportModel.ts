/** From a finished run to a model in the project's format: manifest, base branch, training modules, card. */
import type { Architecture, Manifest, ModelFile } from '../weights/manifest.js';
import { formatManifest, MANIFEST_FORMAT } from '../weights/manifestSchema.js';
import type { NamedArray } from '../weights/namedArray.js';
import { writeSafetensors } from '../weights/safetensors.js';
import { sha256 } from '../base/sha256.js';
import { chosenLearningRate } from './config.js';
import { modelCard } from './modelCard.js';
import type { TrainingOutcome } from './progress.js';
import { countSplits, type RunRecord } from './runRecord.js';
import type { TrainedModel } from './trainingRun.js';

export interface ExportedModel {
  readonly manifest: Manifest;
  /** Contents by file name, manifest.json and MODEL_CARD.md among them. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

const FILES = { base: 'weights.safetensors', training: 'training.safetensors' } as const;

/** The weights that the run kept, in half precision, with what is known of how they were made. */
export async function exportModel(
  { trained }: { readonly trained: TrainedModel },
  setup: RunRecord,
): Promise<ExportedModel> {
  const { from, outcome } = setup;
  const { start } = trained;
  const config = { ...setup.config, learningRate: chosenLearningRate(setup.config, start.comparable) };
  const { parameters: specs, architecture } = start.network;
  const arrays = await trained.arrays();
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  const files: ModelFile[] = [];
  for (const part of ['base', 'training'] as const) {
    const chosen = new Map<string, NamedArray>();
    for (const spec of specs) if (spec.part === part) chosen.set(spec.name, arrays.get(spec.name)!);
    if (chosen.size === 0) continue;
    const bytes = writeSafetensors(chosen, { dtype: 'float16', metadata: { model: setup.id, part } });
    contents.set(FILES[part], bytes);
    files.push({ path: FILES[part], bytes: bytes.byteLength, sha256: await sha256(bytes), dtype: 'float16', part });
  }
  const counts = countSplits(setup.samples, start.classes);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    id: setup.id,
    version: '1.0.0',
    architecture: withoutUndefined(architecture),
    classes: start.classes,
    input: from.input,
    temperature: 1,
    files,
    training: {
      from: `${from.id} ${from.version}`,
      images: counts,
      settings: config,
      epochs: outcome.history.length,
      keptEpoch: outcome.keptEpoch,
      steps: outcome.steps,
      seconds: Math.round(outcome.seconds),
      device: setup.device,
    },
    metrics: outcome.after === null ? {} : { test: { ...figures(outcome.after), ...folds(outcome) } },
    licence: from.licence,
    notice: `Fine-tuned from ${from.id} ${from.version} on images of its owner.${from.notice === undefined ? '' : ` ${from.notice}`}`,
  };
  contents.set('manifest.json', formatManifest(manifest));
  contents.set('MODEL_CARD.md', new TextEncoder().encode(modelCard(manifest, counts, { ...setup, config })));
  return { manifest, files: contents };
}

function figures({
  n,
  accuracy,
  macroRecall,
  perClass,
  confusion,
}: NonNullable<TrainingOutcome['after']>): Record<string, unknown> {
  return { n, accuracy, macroRecall, perClass, confusion };
}

/** Figures of a cross-validation say so. */
function folds({ folds: parts }: TrainingOutcome): Record<string, unknown> {
  return parts === null ? {} : { folds: parts };
}

function withoutUndefined(architecture: Architecture): Architecture {
  return Object.fromEntries(
    Object.entries(architecture).filter(([, value]) => value !== undefined),
  ) as unknown as Architecture;
}
