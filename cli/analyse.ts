/** `analyse`: the faces of a video, given as a folder of its frames, from the first to the last. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { analyseFrames } from '../src/analysis/analyseFrames.js';
import type { Analysis } from '../src/analysis/analysis.js';
import { pixelSource } from '../src/faces/crop.js';
import { framePaths, framesOf } from '../src/node/frameFolder.js';
import { shippedManifest } from '../src/node/modelFiles.js';
import { createRecognizer, type NodeRecognizer } from '../src/node/recognizer.js';
import type { Prior } from '../src/inference/observation.js';
import { formatSession, TEXT_FORMATS, type TextFormatName } from '../src/report/formats/index.js';
import { newSession } from '../src/report/session.js';
import { note, print } from './output.js';
import { progressLine } from './progressLine.js';
import { UsageError } from './usageError.js';

export const ANALYSE_USAGE = `analyse FOLDER [options]

Reads the faces of a video from its first frame to its last and follows every person through it. Node decodes no video format (that takes
native code): give a folder of frames, PNG or JPEG, in the order of their names, such as
  ffmpeg -i talk.mp4 -vf fps=5 frames/%06d.png
The page (Recognise, Analyse) takes video files themselves.
  --rate N                how many of the frames make a second; default 25
  --format NAME           ${Object.keys(TEXT_FORMATS).join(', ')}; default json
  --model MANIFEST        default: the qcs-mobile that comes with the package
  --prior trained|balanced   default trained
  --backend wasm|webgpu   default wasm`;

/** Runs the command. @throws UsageError; CaptureError; ModelError; RuntimeError for the backend */
export async function runAnalyse(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rate: { type: 'string', default: '25' },
      format: { type: 'string', default: 'json' },
      model: { type: 'string', default: shippedManifest() },
      prior: { type: 'string', default: 'trained' },
      backend: { type: 'string', default: 'wasm' },
    },
  });
  const { format, model, prior, backend } = values;
  const [folder, ...others] = positionals;
  const rate = Number(values.rate);
  if (folder === undefined || others.length > 0) throw new UsageError('Name one folder of frames.');
  if (!isFormat(format)) throw new UsageError(`--format is one of ${Object.keys(TEXT_FORMATS).join(', ')}.`);
  if (!(rate > 0) || !Number.isFinite(rate)) throw new UsageError('--rate is a number of frames a second.');
  if (backend !== 'wasm' && backend !== 'webgpu') throw new UsageError('--backend is wasm or webgpu.');
  if (prior !== 'trained' && prior !== 'balanced') throw new UsageError('--prior is trained or balanced.');
  const paths = await framePaths(folder);
  const recognizer = await createRecognizer({ model, backend });
  try {
    note(`${recognizer.backendReason}\n`);
    const analysis = await analyse(recognizer, paths, rate, prior);
    // Lines end as a terminal's do.
    print(formatSession(newSession('video', basename(folder), analysis), format).replaceAll('\r\n', '\n'));
  } finally {
    await recognizer.dispose();
  }
}

async function analyse(
  recognizer: NodeRecognizer,
  paths: readonly string[],
  rate: number,
  prior: Prior,
): Promise<Analysis> {
  const progress = progressLine('Frames');
  let done = 0;
  let size = { width: 0, height: 0 };
  const { people, rows, gaps, brief, frames } = await analyseFrames(framesOf(paths, rate), {
    recognizer,
    pixels: pixelSource,
    prior,
    onFrame: ({ frame: { width, height } }) => {
      size = { width, height };
      progress(++done, paths.length);
    },
  });
  const { id, version, classes } = recognizer.model;
  const duration = paths.length / rate;
  return { duration, rate, frames, ...size, people, rows, gaps, brief, classes, model: { id, version }, prior };
}

function isFormat(name: string): name is TextFormatName {
  return Object.hasOwn(TEXT_FORMATS, name);
}
