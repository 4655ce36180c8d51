/** How many frames a second are worth reading where nobody says: what a browser tells of its device decides. */

/** Frames a second on a device that has to spare: expressions change more slowly than that. */
export const SPARING_RATE = 15;
/** A device with this much memory, in GiB, is a weak one. */
const LITTLE_MEMORY = 2;

/** What only some browsers have. */
interface Telling {
  getBattery?(): Promise<{ readonly charging: boolean }>;
  readonly connection?: { readonly saveData?: boolean };
  readonly deviceMemory?: number;
}

let battery: { readonly charging: boolean } | undefined;
let hasAsked = false;

/**
 * {@link SPARING_RATE} on battery, where the visitor asked for less data, and on a device with little memory; else every frame. A browser that tells
 * nothing of these counts as one that has no need to spare. The battery is known shortly after the first call.
 */
export function usualRate(device: Telling = navigator as Telling): number {
  if (!hasAsked) {
    hasAsked = true;
    void askBattery(device);
  }
  const hasToSpare =
    battery?.charging === false ||
    device.connection?.saveData === true ||
    (device.deviceMemory ?? Number.POSITIVE_INFINITY) <= LITTLE_MEMORY;
  return hasToSpare ? SPARING_RATE : Number.POSITIVE_INFINITY;
}

async function askBattery(device: Telling): Promise<void> {
  try {
    battery = await device.getBattery?.();
  } catch {
    // A page without the permission is told nothing.
  }
}
