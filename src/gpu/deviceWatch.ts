/** Watches a GPU device for its loss and for what it could not do: TensorFlow.js itself watches neither. */
import { RuntimeError } from '../errors.js';

export interface DeviceWatch {
  /** Calls back once, at once if it has already happened. Returns a function that ends the watch. */
  onLost(listener: (error: RuntimeError) => void): () => void;
  /** Ends the watch for everybody: what happens from now on is on purpose. */
  end(): void;
}

/**
 * Begins to watch. After a failed allocation or a refused command TensorFlow.js would go on with buffers full of zeros, so that counts as a
 * loss too.
 */
export function watchDevice(device: GPUDevice): DeviceWatch {
  const listeners = new Set<(error: RuntimeError) => void>();
  let failure: RuntimeError | undefined;
  let ended = false;

  const report = (error: RuntimeError): void => {
    if (ended || failure !== undefined) return;
    failure = error;
    for (const listener of listeners) listener(error);
    listeners.clear();
  };
  const onUncaptured = ({ error }: GPUUncapturedErrorEvent): void => {
    report(error instanceof GPUOutOfMemoryError ? outOfMemory(error.message) : refused(error.message));
  };
  device.addEventListener('uncapturederror', onUncaptured);
  void device.lost.then((info) => report(deviceLost(info)));

  return {
    onLost(listener) {
      if (failure !== undefined) listener(failure);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end() {
      ended = true;
      listeners.clear();
      device.removeEventListener('uncapturederror', onUncaptured);
    },
  };
}

function deviceLost({ reason, message }: GPUDeviceLostInfo): RuntimeError {
  return new RuntimeError('device-lost', 'The GPU stopped working for this page. It is started again where possible.', {
    cause: new Error(`${reason}: ${message}`),
  });
}

function outOfMemory(message: string): RuntimeError {
  return new RuntimeError(
    'out-of-memory',
    'The GPU has too little free memory. Close other pages, or use a smaller model or batch.',
    {
      cause: new Error(message),
    },
  );
}

function refused(message: string): RuntimeError {
  return new RuntimeError(
    'internal',
    'The GPU refused a calculation, and its results cannot be trusted. Choose the backend "wasm".',
    {
      cause: new Error(message),
    },
  );
}
