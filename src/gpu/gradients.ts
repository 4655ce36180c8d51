/**
 * Registers the gradients of TensorFlow.js's own operations, which `@tensorflow/tfjs-core` leaves out. Import it where something is
 * trained; recognising needs none of them. Its folder imports need a bundler (Vite, Vitest); a script run by tsx must `require` the file.
 */
// First, for the flags that the gradients' modules ask for while they load.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
