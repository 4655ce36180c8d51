/** Asks the browser for a GPU with everything the kernels can use, and says in words why there is none. */

export interface OpenedDevice {
  readonly device: GPUDevice;
  /** undefined in browsers of 2023, which tell it in another way. */
  readonly info: GPUAdapterInfo | undefined;
  /** True when the "GPU" is a program on the CPU: right, and some 80 times slower than WebAssembly. */
  readonly software: boolean;
}

/** Why no device was opened, as the end of a sentence: "this browser has no WebGPU". */
export interface DeviceRefusal {
  readonly refused: string;
  readonly cause?: unknown;
}

export interface DeviceRequest {
  /** Takes an adapter that computes on the CPU where there is no other. */
  readonly allowSoftware: boolean;
}

/** Optional features worth having: half precision, subgroup operations, kernel times. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query', 'bgra8unorm-storage'];

/** Limits that a device gets at their smallest unless they are asked for. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Names that software rasterisers give as their architecture, for browsers that do not set `isFallbackAdapter`. */
const SOFTWARE_ARCHITECTURES: readonly string[] = ['swiftshader', 'llvmpipe', 'warp'];

/** Opens a device of the fastest adapter. Never throws: what went wrong is in the refusal. */
export async function openDevice(request: DeviceRequest): Promise<OpenedDevice | DeviceRefusal> {
  const gpu = findGpu();
  if (gpu === undefined) return { refused: absence() };
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (cause) {
    return { refused: 'WebGPU was refused here', cause };
  }
  if (adapter === null) return { refused: 'WebGPU found no usable GPU here' };
  const software = isSoftware(adapter);
  if (software && !request.allowSoftware) {
    return { refused: 'the only GPU here is emulated on the CPU, which is far slower' };
  }
  try {
    const device = await adapter.requestDevice({
      label: 'qcs-fer',
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    });
    return { device, info: infoOf(adapter), software };
  } catch (cause) {
    return { refused: 'the GPU did not start', cause };
  }
}

/** Whether there is a GPU that is no program on the CPU. Opens no device. */
export async function hasHardwareGpu(): Promise<boolean> {
  try {
    const adapter = await findGpu()?.requestAdapter({ powerPreference: 'high-performance' });
    return adapter !== null && adapter !== undefined && !isSoftware(adapter);
  } catch {
    return false;
  }
}

/** "nvidia ampere", "apple metal-3", or "unnamed" where the browser hides it. */
export function describeAdapter(info: GPUAdapterInfo | undefined): string {
  if (info === undefined) return 'unnamed';
  if (info.description !== '') return info.description;
  const parts = [info.vendor, info.architecture].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(' ') : 'unnamed';
}

/** `navigator.gpu` of a window, a worker or Node; its type says that it is always there, which is not so. */
function findGpu(): GPU | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
}

function absence(): string {
  // Node has no such property.
  const secure = (globalThis as { isSecureContext?: boolean }).isSecureContext ?? true;
  return secure ? 'this browser has no WebGPU' : 'browsers offer WebGPU only on secure pages (https or localhost)';
}

function infoOf(adapter: GPUAdapter): GPUAdapterInfo | undefined {
  return (adapter as Partial<GPUAdapter>).info;
}

function isSoftware(adapter: GPUAdapter): boolean {
  // Browsers of 2023 and 2024 have the property on the adapter itself, and not in `info`.
  const older = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  const info = infoOf(adapter);
  return (
    older || info?.isFallbackAdapter === true || SOFTWARE_ARCHITECTURES.includes(info?.architecture.toLowerCase() ?? '')
  );
}
