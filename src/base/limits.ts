/** What is refused before memory or time is spent on it. Readers in the page, in Node and in `pytorch/` hold to the same figures. */

/** Pixels of one picture: no camera's photo has more, and decoded they take 400 MB. */
export const MAXIMUM_PICTURE_PIXELS = 100_000_000;
/** Bytes from the start of a picture's file in which its size must stand: colour profiles and previews come before it in JPEG files. */
export const PICTURE_HEADER_BYTES = 2 ** 20;
/** Bytes of a model's manifest: the shipped one, with its measurements by class and damage, has 25 kB. */
export const MAXIMUM_MANIFEST_BYTES = 2 ** 20;
/** Bytes of weights that are read before their manifest has said how many there are: the shipped ones, in 8 bits, have 2.8 MB. */
export const MAXIMUM_EARLY_BYTES = 2 ** 25;
/** Bytes of the header of a safetensors file: the limit of the reference implementation; guards memory against a forged length. */
export const MAXIMUM_SAFETENSORS_HEADER_BYTES = 100_000_000;
/** Bytes of the pickle in a PyTorch checkpoint, which names tensors and small settings: some 200 a tensor. */
export const MAXIMUM_PICKLE_BYTES = 8_000_000;
/** Operations of that pickle: a checkpoint of five thousand tensors with its optimizer's state takes some 300,000. */
export const MAXIMUM_PICKLE_OPERATIONS = 4_000_000;
/** Lists, dictionaries and objects that it makes: that checkpoint has 100,000. */
export const MAXIMUM_PICKLE_OBJECTS = 400_000;
/** Bytes of a zip's files, unpacked: more would not fit in a tab's memory. */
export const MAXIMUM_UNPACKED_BYTES = 1.5 * 2 ** 30;
/** Files of a zip: the largest published collections of faces have a few ten thousand for each part. */
export const MAXIMUM_ZIP_ENTRIES = 200_000;
/** Values of a network: four times those of the published IR-50 network with all its training modules, and 1 GiB as float32. */
export const MAXIMUM_PARAMETERS = 2 ** 28;
/** Classes of a model or a data set: each takes a row on the page, and a row and a column of the confusion matrix. */
export const MAXIMUM_CLASSES = 1000;
/** Milliseconds without a byte after which a download counts as hung. It is asked for once more before anybody is told. */
export const IDLE_DOWNLOAD_MS = 20_000;
