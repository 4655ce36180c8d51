/**
 * Human's emotion model, loaded by Human itself. The steps before it are those of `src/gear/emotion.ts` in its package: resize to the model's
 * input, grey, to -1..1. They are written out because its `predict` is not public, cuts scores to two digits and caps them at 0.99.
 */
import { ferplusName, WASM_FOLDER, type Contestant } from './contestant.js';

interface Tensor {
  data(): Promise<ArrayLike<number>>;
}

interface HumanTf {
  readonly browser: { fromPixels(canvas: HTMLCanvasElement): Tensor };
  readonly image: { resizeBilinear(image: Tensor, size: readonly [number, number], alignCorners: boolean): Tensor };
  cast(tensor: Tensor, type: 'float32'): Tensor;
  div(tensor: Tensor, value: number): Tensor;
  mul(tensor: Tensor, value: number | Tensor): Tensor;
  sub(tensor: Tensor, value: number): Tensor;
  sum(tensor: Tensor, axis: number, keepDims: boolean): Tensor;
  expandDims(tensor: Tensor, axis: number): Tensor;
  tensor1d(values: readonly number[], type: 'float32'): Tensor;
  tidy(work: () => Tensor): Tensor;
  dispose(tensor: Tensor): void;
}

interface GraphModel {
  readonly inputs: readonly { readonly shape: readonly number[] }[];
  execute(input: Tensor): Tensor;
}

interface Human {
  readonly tf: HumanTf;
  readonly models: { readonly models: { readonly emotion: GraphModel | null } };
  load(): Promise<void>;
  init(): Promise<void>;
}

/** `annotations` of its sources for a model that reads grey. There is no contempt. */
const LABELS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
const GREY_WEIGHTS = [0.2989, 0.587, 0.114];
const PACKAGE = '/node_modules/@vladmandic/human/';

export async function loadHuman(): Promise<Contestant> {
  const { Human } = (await import(/* @vite-ignore */ `${PACKAGE}dist/human.esm.js`)) as {
    Human: new (config: object) => Human;
  };
  const off = { enabled: false };
  const human = new Human({
    backend: 'wasm',
    wasmPath: WASM_FOLDER,
    modelBasePath: `${PACKAGE}models/`,
    debug: false,
    body: off,
    hand: off,
    object: off,
    gesture: off,
    segmentation: off,
    face: {
      enabled: true,
      mesh: off,
      iris: off,
      description: off,
      antispoof: off,
      liveness: off,
      emotion: { enabled: true },
    },
  });
  await human.init();
  await human.load();
  const model = human.models.models.emotion;
  if (model === null) throw new Error('Human did not load its emotion model');
  const [, height, width, channels] = model.inputs[0].shape;
  if (channels !== 1)
    throw new Error(`Human's emotion model reads ${channels} channels; this bench knows the grey one`);
  const { tf } = human;
  const weights = tf.tensor1d(GREY_WEIGHTS, 'float32');
  return {
    classes: LABELS.map(ferplusName),
    classify: async (canvas) => {
      const scores = tf.tidy(() => {
        const image = tf.expandDims(tf.div(tf.cast(tf.browser.fromPixels(canvas), 'float32'), 255), 0);
        const resized = tf.image.resizeBilinear(image, [height, width], false);
        const grey = tf.sum(tf.mul(resized, weights), 3, true);
        return model.execute(tf.mul(tf.sub(grey, 0.5), 2));
      });
      const values = Array.from(await scores.data());
      tf.dispose(scores);
      return values;
    },
  };
}
