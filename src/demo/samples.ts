/** The pictures that the page brings along, with what the shipped model says of them: `npm run samples` reads them and writes readings.json. */
import readings from './samples/readings.json' with { type: 'json' };

export interface SampleFace {
  /** In parts of the picture's width and height, 0..1. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly expression: string;
  readonly confidence: number;
}

export interface Sample {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly SampleFace[];
}

/** Where the picture hangs in the page, and who made it. */
export const SAMPLES: readonly { readonly file: string; readonly title: string; readonly by: string }[] = [
  { file: 'the-scream.jpg', title: 'The Scream', by: 'Edvard Munch, 1893' },
  { file: 'mona-lisa.jpg', title: 'the Mona Lisa', by: 'Leonardo da Vinci, about 1503' },
];

/** Which model read them. */
export const SAMPLE_MODEL = { id: readings.model.id, version: readings.model.version };

export function sampleOf(file: string): Sample | undefined {
  return readings.pictures.find((picture) => picture.file === file);
}
