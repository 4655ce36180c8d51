/** The kernels' definitions in plain double precision, independent of TensorFlow.js. */

export function distances(
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  batch: number,
  n: number,
  m: number,
  depth: number,
) {
  const result = new Float64Array(batch * n * m);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) sum += (u[(b * n + i) * depth + k] - v[(b * m + j) * depth + k]) ** 2;
        result[(b * n + i) * m + j] = Math.sqrt(sum);
      }
    }
  }
  return result;
}

export function batchNorm(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  channels: number,
  epsilon: number,
) {
  const rows = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  const y = new Float64Array(x.length);
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < rows; row++) mean[c] += x[row * channels + c] / rows;
    for (let row = 0; row < rows; row++) variance[c] += (x[row * channels + c] - mean[c]) ** 2 / rows;
    for (let row = 0; row < rows; row++) {
      const at = row * channels + c;
      y[at] = ((x[at] - mean[c]) / Math.sqrt(variance[c] + epsilon)) * gamma[c] + beta[c];
    }
  }
  return { y, mean, variance };
}

/** Central differences of `sum(weights * f(x))` by every value of x. */
export function numericGradient(
  f: (x: Float64Array) => ArrayLike<number>,
  x: ArrayLike<number>,
  weights: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  const at = Float64Array.from(x);
  const loss = (): number => {
    const values = f(at);
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[i] * weights[i];
    return total;
  };
  return at.map((value, i) => {
    at[i] = value + step;
    const above = loss();
    at[i] = value - step;
    const below = loss();
    at[i] = value;
    return (above - below) / (2 * step);
  });
}

/** A convolution's sizes; `padding` is that of the top and of the left. */
export interface Convolution {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  /** Ignored by depthwise convolutions, which have one kernel a channel. */
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** Calls back for every product of a convolution with the places in x `[b,h,w,ci]` and in dy `[b,oh,ow,...]`, channels left out, and the tap. */
function products(c: Convolution, visit: (pixel: number, outPixel: number, tap: number) => void): void {
  for (let b = 0; b < c.batch; b++) {
    for (let oy = 0; oy < c.outHeight; oy++) {
      for (let ox = 0; ox < c.outWidth; ox++) {
        for (let ky = 0; ky < c.kernel; ky++) {
          for (let kx = 0; kx < c.kernel; kx++) {
            const y = oy * c.stride + ky - c.padding;
            const x = ox * c.stride + kx - c.padding;
            if (y < 0 || y >= c.height || x < 0 || x >= c.width) continue;
            visit((b * c.height + y) * c.width + x, (b * c.outHeight + oy) * c.outWidth + ox, ky * c.kernel + kx);
          }
        }
      }
    }
  }
}

/** `[kernel, kernel, inputs, outputs]` */
export function filterGradient(c: Convolution, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const result = new Float64Array(c.kernel * c.kernel * c.inputs * c.outputs);
  products(c, (pixel, outPixel, tap) => {
    for (let i = 0; i < c.inputs; i++) {
      for (let o = 0; o < c.outputs; o++) {
        result[(tap * c.inputs + i) * c.outputs + o] += x[pixel * c.inputs + i] * dy[outPixel * c.outputs + o];
      }
    }
  });
  return result;
}

/** `[batch, height, width, inputs]` */
export function inputGradient(c: Convolution, filter: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const result = new Float64Array(c.batch * c.height * c.width * c.inputs);
  products(c, (pixel, outPixel, tap) => {
    for (let i = 0; i < c.inputs; i++) {
      for (let o = 0; o < c.outputs; o++) {
        result[pixel * c.inputs + i] += filter[(tap * c.inputs + i) * c.outputs + o] * dy[outPixel * c.outputs + o];
      }
    }
  });
  return result;
}

/** `[kernel, kernel, inputs, 1]` */
export function depthwiseFilterGradient(c: Convolution, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const result = new Float64Array(c.kernel * c.kernel * c.inputs);
  products(c, (pixel, outPixel, tap) => {
    for (let i = 0; i < c.inputs; i++)
      result[tap * c.inputs + i] += x[pixel * c.inputs + i] * dy[outPixel * c.inputs + i];
  });
  return result;
}

/** `[batch, height, width, inputs]` */
export function depthwiseInputGradient(c: Convolution, filter: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const result = new Float64Array(c.batch * c.height * c.width * c.inputs);
  products(c, (pixel, outPixel, tap) => {
    for (let i = 0; i < c.inputs; i++) {
      result[pixel * c.inputs + i] += filter[tap * c.inputs + i] * dy[outPixel * c.inputs + i];
    }
  });
  return result;
}
