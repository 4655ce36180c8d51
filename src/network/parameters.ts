/**
 * Parameters as the networks read them: a flat map from the published names to tensors. Convolution kernels are stored as TensorFlow.js
 * wants them (`[height, width, in, out]`, depthwise `[height, width, channels, 1]`); everything else has PyTorch's own axes, so a linear
 * weight is `[out, in]`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';

export type Parameters = ReadonlyMap<string, Tensor>;
