/** The worker that converts models: hundreds of megabytes go through it while the page stays free. */
import { serve } from '../worker/serve.js';
import { convertAndStore, importModel, surveyTensorFile } from './conversion.js';
import { ModelStore } from './modelStore.js';
import type { ModelsApi } from './protocol.js';

serve<ModelsApi>({
  survey: surveyTensorFile,
  convert: async (request, onProgress, signal) => convertAndStore(request, await ModelStore.open(), onProgress, signal),
  import: async (offered) => importModel(offered, await ModelStore.open()),
});
