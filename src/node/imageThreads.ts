/** Images looked at side by side in Node, each by the thread that has least to do. */
import type { CropShape } from '../dataset/faceCropper.js';
import type { SeeImage, SeenImage } from '../dataset/seeImage.js';
import { startThread, type ThreadModule } from '../plan/nodeWorker.js';
import { connect } from '../worker/connect.js';

const MODULE: ThreadModule = {
  built: './image-thread.js',
  source: new URL('./imageThread.ts', import.meta.url),
};

export interface ImageThread {
  see(bytes: Uint8Array<ArrayBuffer>): Promise<SeenImage>;
}

/**
 * Threads start with the first image that needs them.
 * @param shape how faces are cut out; null takes images whole
 */
export function openImageThreads(
  shape: CropShape | null,
  threads: number,
): { readonly see: SeeImage; dispose(): void } {
  const members = Array.from({ length: threads }, () => ({
    asked: 0,
    connection: connect<ImageThread>({
      start: () => startThread(MODULE, shape),
      stopped: (reason) => `A thread that looked at images has ended (${reason}). Try again with smaller images.`,
      disposed: 'The threads that looked at images were ended.',
    }),
  }));
  return {
    see: async (bytes) => {
      const member = members.reduce((least, other) => (other.asked < least.asked ? other : least));
      member.asked += 1;
      try {
        return await member.connection.api.see(bytes);
      } finally {
        member.asked -= 1;
      }
    },
    dispose: () => {
      for (const { connection } of members) connection.dispose();
    },
  };
}
