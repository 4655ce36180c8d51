/** What runs in a thread of imageThreads.ts: decoders and a detector of its own. */
import { workerData } from 'node:worker_threads';
import type { CropShape } from '../dataset/faceCropper.js';
import { imageSeer } from '../dataset/seeImage.js';
import { threadEndpoint } from '../plan/nodeWorker.js';
import { serve } from '../worker/serve.js';
import type { ImageThread } from './imageThreads.js';
import { NODE_IMAGES, openFaceCropper } from './importTools.js';

const shape = workerData as CropShape | null;
const see = imageSeer({ ...NODE_IMAGES, cropFace: shape === null ? null : await openFaceCropper(shape) });
serve<ImageThread>({ see }, threadEndpoint());
