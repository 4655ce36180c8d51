/**
 * MobileNet V2 (width 1, 224 pixels) from an npm package, fetched when the bench runs and kept outside the repository. The packages that Teachable Machine
 * itself uses load their weights from a server; the one package that carries MobileNet weights is nsfwjs, whose network began with ImageNet's weights and learned
 * on to tell other pictures apart. It stands in for Teachable Machine's MobileNet V2 of width 0.35.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';

export const PACKAGE = 'nsfwjs@4.4.0';
const FOLDER = join(tmpdir(), `qcs-fer-${PACKAGE}`);
const MODEL = 'package/dist/models/mobilenet_v2';

const run = promisify(execFile);

/** What the package's scripts hold; the weights are base64. */
interface Topology {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

/** Pictures [count, 224, 224, 3] in -1..1 to maps of features [count, 7, 7, 1280]. @throws Error where the registry cannot be reached */
export async function loadMobileNet(): Promise<tf.LayersModel> {
  if (!existsSync(join(FOLDER, MODEL))) {
    await mkdir(FOLDER, { recursive: true });
    await run('npm', ['pack', PACKAGE, '--pack-destination', FOLDER, '--silent']);
    await run('tar', ['xzf', join(FOLDER, `${PACKAGE.replace('@', '-')}.tgz`), '-C', FOLDER]);
  }
  const require = createRequire(join(FOLDER, 'package/'));
  const { modelTopology, weightsManifest } = require(join(FOLDER, MODEL, 'model.min.js')) as Topology;
  const weights = Buffer.from(require(join(FOLDER, MODEL, 'group1-shard1of1.min.js')) as string, 'base64');
  const weightData = Uint8Array.from(weights).buffer;
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const whole = await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
  const flattened = whole.layers.findIndex((layer) => layer.getClassName() === 'Flatten');
  if (flattened < 1) throw new Error(`${PACKAGE} is not the network that this bench knows.`);
  return tf.model({ inputs: whole.inputs, outputs: whole.layers[flattened - 1].output });
}
