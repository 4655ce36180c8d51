/** Another GPU than there is; `Reflect.deleteProperty(navigator, 'gpu')` brings that back. */

/** `navigator` without WebGPU, as browsers without it have it. */
export function hideGpu(value?: Partial<GPU>): void {
  Object.defineProperty(navigator, 'gpu', { value, configurable: true });
}

/** The adapter that there is, under the name of a real GPU. */
export async function pretendRealGpu(change: (device: GPUDevice) => void = () => undefined): Promise<void> {
  const real = await navigator.gpu.requestAdapter();
  if (real === null) throw new Error('There is no adapter');
  const adapter = {
    info: { isFallbackAdapter: false, vendor: 'acme', architecture: 'rocket', description: '' },
    features: real.features,
    limits: real.limits,
    requestDevice: async (descriptor: GPUDeviceDescriptor) => {
      const device = await real.requestDevice(descriptor);
      change(device);
      return device;
    },
  } as unknown as GPUAdapter;
  hideGpu({ requestAdapter: () => Promise.resolve(adapter) });
}
