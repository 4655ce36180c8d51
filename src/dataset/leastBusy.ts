/** One that looks at images, made of several that work side by side: threads, workers. */
import type { SeeImage } from './seeImage.js';

/** Gives every image to the one that has least to do, of equals to the first. */
export function leastBusy(all: readonly SeeImage[]): SeeImage {
  const members = all.map((see) => ({ see, asked: 0 }));
  return async (bytes) => {
    const member = members.reduce((least, other) => (other.asked < least.asked ? other : least));
    member.asked += 1;
    try {
      return await member.see(bytes);
    } finally {
      member.asked -= 1;
    }
  };
}
