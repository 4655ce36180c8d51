/** A picture in the kernels' memory, and what is read out of it there: parts for the detector, crops for the network. */
import type { Similarity } from '../faces/alignment.js';
import { regionOf } from '../faces/crop.js';
import type { Box } from '../faces/geometry.js';
import type { PixelImage } from '../faces/image.js';
import { FIRST_FREE_BYTE, type Kernels, PAGE_BYTES, samplePartScratch } from '../plan/wasm/kernels.js';
import { type KernelSource, startKernels } from '../plan/wasm/module.js';

/** Addresses are multiples of this: whole cache lines. */
const LINE = 64;

export class PictureKernels {
  private readonly kernels: Kernels;
  private readonly memory: WebAssembly.Memory;
  private picture: PixelImage | undefined;

  private constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.memory = memory;
  }

  /** @throws RuntimeError `no-backend` where no kernels run */
  static async create(source: KernelSource): Promise<PictureKernels> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { kernels } = await startKernels(source, memory);
    return new PictureKernels(kernels, memory);
  }

  /**
   * The square `region` of a picture as `[side, side, 3]`, -1 for black to 1 for white, see `Kernels.samplePart`. The result is overwritten by the
   * next call.
   */
  part(picture: PixelImage, region: Box, side: number): Float32Array {
    const { width, height } = picture;
    const length = side * side * 3;
    const [result, scratch] = this.place(picture, length * 4, samplePartScratch(width, region.width, side));
    const { x, y } = region;
    this.kernels.samplePart(FIRST_FREE_BYTE, width, height, x, y, region.width, side, result, scratch);
    return new Float32Array(this.memory.buffer, result, length);
  }

  /**
   * `[side, side]` luma values in 0..1 at the places that `transform` (crop to picture) gives, as `sampleCrop` of src/faces/crop.ts computes
   * them.
   */
  lumaCrop(picture: PixelImage, transform: Similarity, side: number): Float32Array {
    const region = regionOf(picture, transform, side);
    const [result, scratch] = this.place(picture, side * side * 4, region.width * region.height * 4);
    const { a, b, x0, y0 } = transform;
    const first = FIRST_FREE_BYTE + (region.y * picture.width + region.x) * 4;
    const [left, top] = [x0 - region.x, y0 - region.y];
    const { width, height } = region;
    this.kernels.cropLuma(first, picture.width * 4, width, height, a, b, left, top, side, result, scratch);
    return new Float32Array(this.memory.buffer, result, side * side).slice();
  }

  /** Puts the picture where the kernels read it, unless it lies there, with room for a result and for what its kernel notes. */
  private place(picture: PixelImage, resultBytes: number, scratchBytes: number): readonly [number, number] {
    const line = (address: number) => Math.ceil(address / LINE) * LINE;
    const result = line(FIRST_FREE_BYTE + picture.data.length);
    const scratch = line(result + resultBytes);
    const missing = scratch + scratchBytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    if (this.picture !== picture) {
      new Uint8Array(this.memory.buffer).set(picture.data, FIRST_FREE_BYTE);
      this.picture = picture;
    }
    return [result, scratch];
  }
}
