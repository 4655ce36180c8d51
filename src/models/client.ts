/** The page's side of the worker that converts models. */
import { startModelsWorker } from '../assets.models.js';
import { nullIfAborted, progress } from '../worker/arguments.js';
import { connect } from '../worker/connect.js';
import type { ConversionOutcome, ConversionRequest, ModelsApi } from './protocol.js';

/** Converts one file at a time. Starts its worker at the first call. */
export class ModelConverter {
  private readonly connection = connect<ModelsApi>({
    start: startModelsWorker,
    stopped: () => 'The worker that converts models stopped. Reload the page and try again.',
    disposed: 'The conversion was ended. Start it again.',
  });
  private converting = new AbortController();

  readonly survey = this.connection.api.survey;
  readonly import = this.connection.api.import;

  /** As {@link ModelsApi.convert}, but null when it was cancelled. */
  async convert(request: ConversionRequest, onProgress: (share: number) => void): Promise<ConversionOutcome | null> {
    this.converting = new AbortController();
    const { signal } = this.converting;
    return nullIfAborted(this.connection.api.convert(request, progress(onProgress), signal), signal);
  }

  /** Ends a conversion; its promise gives null. */
  cancel(): void {
    this.converting.abort();
  }

  /** Ends the worker. A later call starts a new one. */
  dispose(): void {
    this.connection.dispose();
  }
}
