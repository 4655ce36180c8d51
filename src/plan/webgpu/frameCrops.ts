/**
 * Cuts aligned faces out of a frame on the GPU, straight into the input of a network: what `alignedCrop` of `src/faces` does, pixel by pixel,
 * without the frame's pixels coming to the processor. Only the crops themselves come back, for tracks and conditions.
 */
import { cropTransform, scaleOf } from '../../faces/alignment.js';
import { halvingsOf, regionOf } from '../../faces/crop.js';
import type { Sized } from '../../faces/frameDetector.js';
import { channelCount, cropMargin } from '../../faces/preprocess.js';
import type { InputSpec } from '../../weights/manifest.js';
import type { FramePlace, GpuFrame } from '../frameFaces.js';
import type { InputPlace, InputSource } from './program.js';
import { cropShader } from './wgsl/crop.js';

/** Numbers of a face in the shader: three vectors of four. */
const FACE_NUMBERS = 12;
const FLOAT_BYTES = 4;
/** Threads of a workgroup along both sides. */
const BLOCK = 8;

export class FrameCropper implements InputSource {
  private readonly device: GPUDevice;
  private readonly input: InputSpec;
  private readonly place: InputPlace;
  private readonly pipeline: GPUComputePipeline;
  private readonly faces: GPUBuffer;
  private readonly crops: GPUBuffer;
  private readonly result: GPUBuffer;
  private readonly cropBytes: number;
  private texture: GPUTexture | undefined;
  private bindGroup: GPUBindGroup | undefined;
  private count = 0;

  private constructor(device: GPUDevice, input: InputSpec, place: InputPlace, pipeline: GPUComputePipeline) {
    this.device = device;
    this.input = input;
    this.place = place;
    this.pipeline = pipeline;
    this.cropBytes = input.size ** 2 * channelCount(input) * FLOAT_BYTES;
    const buffer = (size: number, usage: number) => device.createBuffer({ size, usage });
    const { COPY_DST, COPY_SRC, MAP_READ, STORAGE } = GPUBufferUsage;
    this.faces = buffer(place.faces * FACE_NUMBERS * FLOAT_BYTES, STORAGE | COPY_DST);
    this.crops = buffer(place.faces * this.cropBytes, STORAGE | COPY_SRC);
    this.result = buffer(place.faces * this.cropBytes, MAP_READ | COPY_DST);
  }

  /** @param place where the network's input is, with the channel of ones */
  static async create(device: GPUDevice, input: InputSpec, place: InputPlace): Promise<FrameCropper> {
    const code = cropShader({
      side: input.size,
      channels: channelCount(input),
      margin: cropMargin(input),
      stride: input.stride,
      start: place.start,
      faceStride: place.faceStride,
      block: BLOCK,
    });
    const module = device.createShaderModule({ code });
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    return new FrameCropper(device, input, place, pipeline);
  }

  /**
   * Copies a frame to the GPU, and says where its faces are. To be called in its turn, just before the program runs.
   * @throws RangeError for more faces than a batch has, or whose points coincide; for a frame larger than the device's textures
   */
  load(frame: GpuFrame, size: Sized, faces: readonly FramePlace[]): void {
    if (faces.length > this.place.faces) throw new RangeError(`A batch has at most ${this.place.faces} faces.`);
    const longest = this.device.limits.maxTextureDimension2D;
    if (Math.max(size.width, size.height) > longest) throw new RangeError(`its textures have ${longest} pixels a side`);
    const numbers = new ArrayBuffer(faces.length * FACE_NUMBERS * FLOAT_BYTES);
    for (const [index, face] of faces.entries()) {
      const at = index * FACE_NUMBERS * FLOAT_BYTES;
      const { transform, whole } = this.numbersOf(size, face);
      new Float32Array(numbers, at, transform.length).set(transform);
      new Uint32Array(numbers, at + transform.length * FLOAT_BYTES, whole.length).set(whole);
    }
    // What is transparent becomes black, as on the canvas that frames are read with elsewhere.
    const target = { texture: this.textureOf(size), premultipliedAlpha: true };
    this.device.queue.copyExternalImageToTexture({ source: frame }, target, [size.width, size.height]);
    this.device.queue.writeBuffer(this.faces, 0, numbers);
    this.count = faces.length;
  }

  encode(pass: GPUComputePassEncoder): void {
    const blocks = Math.ceil(this.input.size / BLOCK);
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.bindGroup);
    pass.dispatchWorkgroups(blocks, blocks, this.count);
  }

  finish(encoder: GPUCommandEncoder): void {
    encoder.copyBufferToBuffer(this.crops, 0, this.result, 0, this.count * this.cropBytes);
  }

  /** The crops of the frame that was read last, `[size, size, channels]` in 0..1, one after the other; as they were read, also mirrored. */
  async collect(): Promise<Float32Array> {
    const bytes = this.count * this.cropBytes;
    await this.result.mapAsync(GPUMapMode.READ, 0, bytes);
    const crops = new Float32Array(this.result.getMappedRange(0, bytes).slice(0));
    this.result.unmap();
    return crops;
  }

  destroy(): void {
    for (const buffer of [this.faces, this.crops, this.result]) buffer.destroy();
    this.texture?.destroy();
  }

  private numbersOf(size: Sized, { keypoints, mirrored }: FramePlace) {
    const { template, resizeTo } = this.input;
    const transform = cropTransform(keypoints, template, resizeTo);
    if (transform === undefined) throw new RangeError('The points of a face coincide and say nothing about its size.');
    const region = regionOf(size, transform, resizeTo);
    const halvings = halvingsOf(scaleOf(transform));
    const { a, b, x0, y0 } = transform;
    return {
      // From the crop to the pixels of the region, averaged so many times.
      transform: [a, b, x0 - region.x, y0 - region.y].map((value) => value / 2 ** halvings),
      whole: [region.x, region.y, region.width, region.height, halvings, mirrored ? 1 : 0, 0, 0],
    };
  }

  /** One texture is kept for as long as frames have its size. */
  private textureOf({ width, height }: Sized): GPUTexture {
    if (this.texture?.width === width && this.texture.height === height) return this.texture;
    this.texture?.destroy();
    const { COPY_DST, RENDER_ATTACHMENT, TEXTURE_BINDING } = GPUTextureUsage;
    this.texture = this.device.createTexture({
      size: [width, height],
      format: 'rgba8unorm',
      usage: COPY_DST | RENDER_ATTACHMENT | TEXTURE_BINDING,
    });
    this.bindGroup = this.device.createBindGroup({
      layout: this.pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: this.place.arena } },
        { binding: 1, resource: { buffer: this.faces } },
        { binding: 2, resource: this.texture.createView() },
        { binding: 3, resource: { buffer: this.crops } },
      ],
    });
    return this.texture;
  }
}
