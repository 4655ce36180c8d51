import { beforeEach, expect, it, vi } from 'vitest';
import type * as Rates from '../../../src/capture/usualRate.js';

let rates: typeof Rates;
beforeEach(async () => {
  vi.resetModules();
  rates = await import('../../../src/capture/usualRate.js');
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

it.each([
  ['tells nothing', {}, 'all'],
  ['runs from the mains', { getBattery: async () => ({ charging: true }) }, 'all'],
  ['runs on battery', { getBattery: async () => ({ charging: false }) }, 'fewer'],
  ['refuses to tell of its battery', { getBattery: () => Promise.reject(new Error('policy')) }, 'all'],
  ['is to load little', { connection: { saveData: true } }, 'fewer'],
  ['has little memory', { deviceMemory: 2 }, 'fewer'],
  ['has enough memory', { deviceMemory: 8, connection: { saveData: false } }, 'all'],
])('on a device that %s', async (_, device, frames) => {
  rates.usualRate(device);
  await settled();
  expect(rates.usualRate(device)).toBe(frames === 'all' ? Number.POSITIVE_INFINITY : rates.SPARING_RATE);
});

it('follows the plug, and asks once', async () => {
  const battery = { charging: true };
  const getBattery = vi.fn(async () => battery);
  rates.usualRate({ getBattery });
  await settled();
  battery.charging = false;
  expect(rates.usualRate({ getBattery })).toBe(rates.SPARING_RATE);
  expect(getBattery).toHaveBeenCalledTimes(1);
});
