/** Images looked at side by side in Node. */
import type { CropShape } from '../dataset/faceCropper.js';
import { leastBusy } from '../dataset/leastBusy.js';
import type { SeeImage, SeenImage } from '../dataset/seeImage.js';
import { startThread, type ThreadModule } from '../plan/nodeWorker.js';
import { connect } from '../worker/connect.js';

const MODULE: ThreadModule = {
  built: './image-thread.js',
  source: new URL('./imageThread.ts', import.meta.url),
};

export interface ImageThread {
  readonly see: (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenImage>;
}

/**
 * Threads start with the first image that needs them.
 * @param shape how faces are cut out; null takes images whole
 */
export function openImageThreads(
  shape: CropShape | null,
  threads: number,
): { readonly see: SeeImage; dispose(): void } {
  const connections = Array.from({ length: threads }, () =>
    connect<ImageThread>({
      start: () => startThread(MODULE, shape),
      stopped: (reason) => `A thread that looked at images has ended (${reason}). Try again with smaller images.`,
      disposed: 'The threads that looked at images were ended.',
    }),
  );
  return {
    see: leastBusy(connections.map(({ api }) => api.see)),
    dispose: () => {
      for (const connection of connections) connection.dispose();
    },
  };
}
