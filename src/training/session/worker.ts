/** The trainer's worker: keeps the data set and trains, so that the page stays free; or, started by another such, looks at images for it. */
import '../../gpu/gradients.js';
import { serve } from '../../worker/serve.js';
import { imageHelper, type ImageHelper } from './imageHelpers.js';
import type { TrainingApi } from './protocol.js';
import { TrainingSession } from './session.js';

const session = new TrainingSession();

serve<TrainingApi & ImageHelper>({
  ...imageHelper(),
  open: async (assets, rebuild) => session.open(assets, rebuild),
  shelf: async () => session.shelf(),
  editShelf: async (edit) => session.editShelf(edit),
  edit: async (edit) => session.data.edit(edit),
  import: async (request, onProgress, signal) => session.data.import(request, onProgress, signal),
  capture: async (frame, label, take) => session.data.capture(frame, label, take),
  endCapture: async () => session.data.endCapture(),
  look: async () => session.look(),
  assess: async (options, onProgress, signal) => session.assess(options, onProgress, signal),
  image: async (id) => session.data.image(id),
  export: async () => session.data.export(),
  train: async (request, onProgress, onBackend, onRecovering) =>
    session.train(request, { onProgress, onRecovering, onBackend: ({ name, reason }) => onBackend(name, reason) }),
  time: async (request) => session.time(request),
  runs: async () => session.runs(),
  editRuns: async (edit) => session.editRuns(edit),
  control: (action) => session.run[action](),
  model: () => session.trainedModel,
  discardRun: async () => session.run.discard(),
});
