/** Teachable Machine's image training: two dense layers on MobileNet's features, with its settings, in TensorFlow.js. */
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random.js';
import type { ByteFace } from '../../src/training/data/augment.js';
import type { SplitSamples, TrainingSample } from '../../src/training/data/samples.js';
import { loadMobileNet } from './mobileNet.js';

/** As the site presets them. */
const EPOCHS = 50;
const BATCH = 16;
const RATE = 0.001;
const UNITS = 100;
const SIDE = 224;
/** Pictures that go through MobileNet together. */
const BLOCK = 16;

export interface Teachable {
  /** Logits of the test images, [images, classes]; the seed orders the batches and starts the layers. */
  learn(samples: SplitSamples, classes: number, seed: number): Promise<Float32Array>;
  dispose(): void;
}

/** On the current backend of TensorFlow.js. */
export async function startTeachable(): Promise<Teachable> {
  const network = await loadMobileNet();
  return {
    learn: async (samples, classes, seed) => {
      const [known, asked] = [await features(network, samples.train), await features(network, samples.test)];
      const head = headOf(classes, known.shape[1], seed);
      try {
        await fit(head, known, samples.train, classes, seed);
        return await tf.tidy(() => tf.log(head.predict(asked) as tf.Tensor)).data<'float32'>();
      } finally {
        for (const tensor of [known, asked]) tensor.dispose();
        head.dispose();
      }
    },
    dispose: () => network.dispose(),
  };
}

function headOf(classes: number, width: number, seed: number): tf.Sequential {
  const start = (offset: number) => tf.initializers.varianceScaling({ seed: 2 * seed + offset });
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [width], units: UNITS, activation: 'relu', kernelInitializer: start(0) }),
      tf.layers.dense({ units: classes, activation: 'softmax', useBias: false, kernelInitializer: start(1) }),
    ],
  });
}

async function fit(
  head: tf.Sequential,
  features: tf.Tensor2D,
  samples: readonly TrainingSample[],
  classes: number,
  seed: number,
): Promise<void> {
  head.compile({ optimizer: tf.train.adam(RATE), loss: 'categoricalCrossentropy' });
  const random = new Random(seed);
  const indices = samples.map((_, index) => index);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.shuffle(indices);
    for (let start = 0; start < order.length; start += BATCH) {
      const chosen = order.slice(start, start + BATCH);
      const rows = tf.tidy(() => tf.gather(features, tf.tensor1d(chosen, 'int32')));
      const targets = tf.tidy(() =>
        tf
          .oneHot(
            chosen.map((index) => samples[index].label),
            classes,
          )
          .toFloat(),
      );
      await head.trainOnBatch(rows, targets);
      rows.dispose();
      targets.dispose();
    }
  }
}

async function features(network: tf.LayersModel, samples: readonly TrainingSample[]): Promise<tf.Tensor2D> {
  const parts: tf.Tensor2D[] = [];
  for (let start = 0; start < samples.length; start += BLOCK) {
    const faces = samples.slice(start, start + BLOCK).map(({ face }) => face);
    parts.push(
      tf.tidy(() => tf.mean<tf.Tensor2D>(network.predict(tf.stack(faces.map(picture))) as tf.Tensor4D, [1, 2])),
    );
  }
  const all = tf.concat(parts);
  for (const part of parts) part.dispose();
  return all;
}

/** [224, 224, 3] in -1..1. */
function picture({ data, width, height, channels }: ByteFace): tf.Tensor3D {
  const pixels = tf.tensor3d(Float32Array.from(data), [height, width, channels]);
  const large = tf.image.resizeBilinear(pixels, [SIDE, SIDE]);
  const scaled = tf.sub(tf.div(large, 127.5), 1);
  return channels === 3 ? (scaled as tf.Tensor3D) : tf.tile(scaled as tf.Tensor3D, [1, 1, 3]);
}
