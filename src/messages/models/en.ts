/** What `<qcs-models>` says. */
import type { Catalogue } from '../message.js';

export const models = {
  title: 'Models',
  bring: 'Bring a model',
  bringHow:
    'Drop a PyTorch checkpoint of QCS, DCS or ARM (.pth), a .safetensors file, or a manifest.json with its weights, zipped or not. It is converted and kept in this browser; nothing in it is run, nothing is sent.',
  chooseFiles: 'Choose files',
  dropModel: 'Drop the model',
  reading: 'Reading {what}',
  readingModel: 'Reading the model',
  converting: 'Converting {what}',
  keptNow: '{name} is kept in this browser.',
  notUsed: {
    one: '{count} tensor of the file is not used',
    other: '{count} tensors of the file are not used',
  },
  use: 'Use in Recognise',
  inUse: 'In use',

  // A card.
  facts: '{origin} · {size} · version {version}',
  shipped: 'Comes with this page',
  kept: 'Kept in this browser',
  fromRun: 'Came of the run {run}',
  fromRunOn: 'Came of the run {run} on the data set {dataset}',
  classes: 'Classes',
  notMeasured: 'How well it does was not measured.',
  // Behind an accuracy: "85 %".
  rightTest: { one: 'right on {count} test image', other: 'right on {count} test images' },
  rightFolds: {
    one: 'right on {count} image, cross-validated in {folds} parts',
    other: 'right on {count} images, cross-validated in {folds} parts',
  },
  rightDataset: {
    one: 'right on {count} test image of {dataset}, labels by majority',
    other: 'right on {count} test images of {dataset}, labels by majority',
  },
  newNameOf: 'New name of {name}',
  rename: 'Rename',
  renameOf: 'Rename {name}',
  ship: 'Ship it',
  shipHint: 'A zip with this model, its card and a page that reads with it',
  download: 'Download',
  downloadOf: 'Download {name}',
  copy: 'Copy',
  copyOf: 'Copy {name}',
  nameOfCopy: '{name}, copy',
  remove: 'Remove',
  removeOf: 'Remove {name}',
  removeSure: 'Remove for good',

  // Questions about a checkpoint.
  outputs: { one: '{architecture}. {count} output, {size}.', other: '{architecture}. {count} outputs, {size}.' },
  trainedOn: 'What was it trained on? The file does not tell the order of its classes.',
  classesOf: { one: '{dataset}, {count} class', other: '{dataset}, {count} classes' },
  otherClasses: 'Other classes',
  otherClassesHow: {
    one: '{count} name, in the order of the outputs',
    other: '{count} names, in the order of the outputs',
  },
  nameOfModel: 'Name of the model',
  nameRule: 'Letters, digits, dots and dashes',
  convert: 'Convert',
  classesExample: 'calm, happy, tired',
  separated: 'Separated by commas: {given} of {wanted}',
  preparedAs: 'Pictures are prepared as in the published training for',
  choose: 'Choose',
  preset: '{title}: RGB, resized to {size}, the centre {side} x {side}',
} as const satisfies Catalogue;
