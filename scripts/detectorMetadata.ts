/**
 * Gives a TFLite model the metadata that MediaPipe Tasks demands. The BlazeFace file of `@mediapipe/face_detection` says nowhere how its
 * input is normalised, and the Tasks FaceDetector refuses it for that.
 *
 * A flatbuffer's references point forward only, so the old file stays untouched at the end, and a new root table in front of it refers to
 * the old parts and to the added ones. Field numbers are those of TensorFlow Lite's schema.fbs and metadata_schema.fbs.
 */
import { Builder, ByteBuffer, type Offset } from 'flatbuffers';

const MODEL = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadataBuffer: 5,
  metadata: 6,
  signatures: 7,
} as const;
const MODEL_FIELDS = 8;
const MODEL_IDENTIFIER = 'TFL3';
const METADATA_IDENTIFIER = 'M001';
const METADATA_NAME = 'TFLITE_METADATA';
/** Values of the unions and enums in metadata_schema.fbs. */
const IMAGE_PROPERTIES = 2;
const NORMALIZATION_OPTIONS = 1;
const COLOR_SPACE_RGB = 1;
/** The strictest alignment that TFLite asks of its buffers, bytes. */
const ALIGNMENT = 16;

/** How an image tensor is normalised before the network: (value - mean) / std for values 0..255. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** The model with one more buffer, named TFLITE_METADATA, that describes its input image and its outputs by name. */
export function addTensorMetadata(
  model: Uint8Array,
  normalization: Normalization,
  outputNames: readonly string[],
): Uint8Array {
  const metadata = buildMetadata(normalization, outputNames);
  const old = new ByteBuffer(model);
  const root = old.readInt32(0);
  const builder = new Builder(model.length + metadata.length + 4096);
  const tail = appendOldFile(builder, model);
  const field = (index: number) => fieldPosition(old, root, index);
  const reference = (index: number): Offset => {
    const position = field(index);
    return position === 0 ? 0 : tail - (position + old.readInt32(position));
  };
  const elements = (index: number): Offset[] => {
    const position = field(index);
    if (position === 0) return [];
    const vector = position + old.readInt32(position);
    return Array.from({ length: old.readInt32(vector) }, (_, item) => {
      const entry = vector + 4 + 4 * item;
      return tail - (entry + old.readInt32(entry));
    });
  };

  const oldBuffers = elements(MODEL.buffers);
  const buffers = offsetVector(builder, [...oldBuffers, dataBuffer(builder, metadata)]);
  const entry = metadataEntry(builder, oldBuffers.length);
  const entries = offsetVector(builder, [...elements(MODEL.metadata), entry]);
  const version = field(MODEL.version);
  builder.startObject(MODEL_FIELDS);
  builder.addFieldInt32(MODEL.version, version === 0 ? 0 : old.readInt32(version), 0);
  for (const index of [
    MODEL.operatorCodes,
    MODEL.subgraphs,
    MODEL.description,
    MODEL.metadataBuffer,
    MODEL.signatures,
  ]) {
    builder.addFieldOffset(index, reference(index), 0);
  }
  builder.addFieldOffset(MODEL.buffers, buffers, 0);
  builder.addFieldOffset(MODEL.metadata, entries, 0);
  builder.finish(builder.endObject(), MODEL_IDENTIFIER);
  return builder.asUint8Array();
}

/** Puts the old file's bytes at the end and returns the position of its first byte counted from the end. */
function appendOldFile(builder: Builder, model: Uint8Array): Offset {
  builder.prep(ALIGNMENT, model.length);
  for (let moved = 0; moved < model.length; moved++) builder.writeInt8(model[model.length - 1 - moved]);
  return builder.offset();
}

function fieldPosition(buffer: ByteBuffer, table: number, index: number): number {
  const offset = buffer.__offset(table, 4 + 2 * index);
  return offset === 0 ? 0 : table + offset;
}

function dataBuffer(builder: Builder, data: Uint8Array): Offset {
  builder.startVector(1, data.length, ALIGNMENT);
  for (let index = data.length - 1; index >= 0; index--) builder.addInt8(data[index]);
  return table(builder, [builder.endVector()]);
}

function metadataEntry(builder: Builder, bufferIndex: number): Offset {
  const name = builder.createString(METADATA_NAME);
  builder.startObject(2);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldInt32(1, bufferIndex, 0);
  return builder.endObject();
}

function buildMetadata(normalization: Normalization, outputNames: readonly string[]): Uint8Array {
  const builder = new Builder(1024);
  const name = builder.createString('Face detector');
  const inputs = offsetVector(builder, [imageTensor(builder, normalization)]);
  const outputs = offsetVector(
    builder,
    outputNames.map((output) => table(builder, [builder.createString(output)])),
  );
  const subgraph = table(builder, [0, 0, inputs, outputs]);
  const subgraphs = offsetVector(builder, [subgraph]);
  const parserVersion = builder.createString('1.0.0');
  builder.finish(table(builder, [name, 0, 0, subgraphs, 0, 0, 0, parserVersion]), METADATA_IDENTIFIER);
  return builder.asUint8Array();
}

function imageTensor(builder: Builder, { mean, std }: Normalization): Offset {
  const name = builder.createString('image');
  builder.startObject(2);
  builder.addFieldInt8(0, COLOR_SPACE_RGB, 0);
  const content = union(builder, IMAGE_PROPERTIES, builder.endObject());
  const options = table(builder, [floatVector(builder, [mean]), floatVector(builder, [std])]);
  const units = offsetVector(builder, [union(builder, NORMALIZATION_OPTIONS, options)]);
  const lowest = floatVector(builder, [(0 - mean) / std]);
  const highest = floatVector(builder, [(255 - mean) / std]);
  const stats = table(builder, [highest, lowest]);
  return table(builder, [name, 0, 0, content, units, stats]);
}

function union(builder: Builder, type: number, value: Offset): Offset {
  builder.startObject(2);
  builder.addFieldInt8(0, type, 0);
  builder.addFieldOffset(1, value, 0);
  return builder.endObject();
}

/** A table whose fields are all references; 0 leaves a field out. */
function table(builder: Builder, fields: readonly Offset[]): Offset {
  builder.startObject(fields.length);
  fields.forEach((offset, index) => builder.addFieldOffset(index, offset, 0));
  return builder.endObject();
}

function offsetVector(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function floatVector(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addFloat32(value);
  return builder.endVector();
}
