/** The shader that cuts faces out of a frame; `sampleCrop` of src/faces/crop.ts is what it must agree with. */

export interface CropShaderOptions {
  /** Pixels of the network's input along a side. */
  readonly side: number;
  /** 1: luma, 3: red, green, blue. A channel of ones follows. */
  readonly channels: 1 | 3;
  /** Pixels of the aligned picture to the left of and above the crop. */
  readonly margin: number;
  /** Pixels of the aligned picture from one of the crop to the next. */
  readonly stride: number;
  /** Where the crop of the first face begins, and how far the next one is, in values. */
  readonly start: number;
  readonly faceStride: number;
  readonly block: number;
}

export function cropShader({ side, channels, margin, stride, start, faceStride, block }: CropShaderOptions): string {
  // ITU-R BT.601, as `luma` of src/faces/image.ts.
  const values =
    channels === 1 ? ['dot(colour.rgb, vec3f(0.299, 0.587, 0.114))'] : ['colour.r', 'colour.g', 'colour.b'];
  const stores = values.map(
    (value, channel) => `  arena[at + ${channel}u] = ${value};\n  crops[own + ${channel}u] = ${value};`,
  );
  return `struct Face {
  // a, b, x0, y0 of the similarity from the aligned picture to the region's pixels, halved as often as they are.
  transform: vec4f,
  // Left, top, width, height in the frame.
  region: vec4u,
  // How often the region is halved; whether the crop is mirrored.
  choices: vec4u,
}
@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<storage, read> faces: array<Face>;
@group(0) @binding(2) var frame: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> crops: array<f32>;

// The pixel of the region which part number 'part' of an averaged pixel is. Where a side is odd, its last pixel stands for two.
fn pixelOf(averaged: u32, size: u32, halvings: u32, part: u32) -> u32 {
  var index = averaged;
  for (var level = halvings; level > 0u; level--) {
    let finer = (size + (1u << (level - 1u)) - 1u) >> (level - 1u);
    index = min(2u * index + ((part >> (level - 1u)) & 1u), finer - 1u);
  }
  return index;
}

fn averaged(column: u32, row: u32, face: Face) -> vec4f {
  let halvings = face.choices.x;
  let parts = 1u << halvings;
  var sum = vec4f();
  for (var down = 0u; down < parts; down++) {
    let y = face.region.y + pixelOf(row, face.region.w, halvings, down);
    for (var across = 0u; across < parts; across++) {
      let x = face.region.x + pixelOf(column, face.region.z, halvings, across);
      sum += textureLoad(frame, vec2u(x, y), 0);
    }
  }
  return sum / f32(parts * parts);
}

fn sampled(column: f32, row: f32, face: Face) -> vec4f {
  let halvings = face.choices.x;
  let last = ((face.region.zw + vec2u((1u << halvings) - 1u)) >> vec2u(halvings)) - vec2u(1u);
  let place = clamp(vec2f(column, row), vec2f(), vec2f(last));
  let upperLeft = vec2u(floor(place));
  let lowerRight = min(upperLeft + vec2u(1u), last);
  let between = place - floor(place);
  let upper = mix(averaged(upperLeft.x, upperLeft.y, face), averaged(lowerRight.x, upperLeft.y, face), between.x);
  let lower = mix(averaged(upperLeft.x, lowerRight.y, face), averaged(lowerRight.x, lowerRight.y, face), between.x);
  return mix(upper, lower, between.y);
}

@compute @workgroup_size(${block}, ${block})
fn main(@builtin(global_invocation_id) place: vec3u) {
  if (place.x >= ${side}u || place.y >= ${side}u) { return; }
  let face = faces[place.z];
  let column = select(place.x, ${side - 1}u - place.x, face.choices.y == 1u);
  let u = f32(${margin}u + column * ${stride}u) + 0.5;
  let v = f32(${margin}u + place.y * ${stride}u) + 0.5;
  let t = face.transform;
  let colour = sampled(t.x * u - t.y * v + t.z - 0.5, t.y * u + t.x * v + t.w - 0.5, face);
  let at = ${start}u + place.z * ${faceStride}u + (place.y * ${side}u + place.x) * ${channels + 1}u;
  let own = (place.z * ${side * side}u + place.y * ${side}u + place.x) * ${channels}u;
${stores.join('\n')}
  arena[at + ${channels}u] = 1.0;
}`;
}
