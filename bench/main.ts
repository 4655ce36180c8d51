/** `npm run bench -- NAME`: measurements side by side with peers. See bench/README.md. */
import { benchAccuracy } from './accuracy/main.js';
import { benchDispatch } from './dispatch.js';
import { benchExplain } from './explain/main.js';
import { benchEngines } from './engines.js';
import { benchFineTuning } from './fineTuning/main.js';
import { benchHumanScale } from './humanScale.js';
import { benchImport } from './importing.js';
import { benchKernels } from './kernels.js';
import { benchLandmarks } from './landmarks/main.js';
import { benchPerson } from './landmarks/person.js';
import { benchMuscles } from './muscles/main.js';
import { benchPhotos } from './photos.js';
import { benchPose } from './pose/main.js';
import { benchNetwork } from './network.js';
import { benchNeutral } from './neutral/main.js';
import { benchProducts } from './products.js';
import { benchRecognise } from './recognise/main.js';
import { benchTraining } from './training/main.js';

const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  accuracy: benchAccuracy,
  dispatch: benchDispatch,
  explain: benchExplain,
  engines: benchEngines,
  'fine-tuning': benchFineTuning,
  'human-scale': benchHumanScale,
  import: benchImport,
  kernels: benchKernels,
  landmarks: benchLandmarks,
  person: benchPerson,
  muscles: benchMuscles,
  photos: benchPhotos,
  pose: benchPose,
  network: benchNetwork,
  neutral: benchNeutral,
  products: benchProducts,
  recognise: benchRecognise,
  training: benchTraining,
};

const name = process.argv[2] ?? 'recognise';
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`There is no bench "${name}". Known: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}
await bench(process.argv.slice(3));
