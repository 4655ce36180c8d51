/** The results as Markdown. */
import { CONTESTANTS } from './contestants.js';
import type {
  ElementResult,
  MemoryResult,
  Quartiles,
  RecogniseResults,
  SceneResult,
  StartResult,
  TurnResult,
} from './results.js';

const MIB = 2 ** 20;

export function recogniseTables({ machine, scenes, counts, start, memory, element }: RecogniseResults): string {
  return [
    `${machine}.`,
    ...(scenes === undefined ? [] : oneFace(scenes)),
    ...(counts === undefined ? [] : manyFaces(counts)),
    ...(start === undefined ? [] : starts(start)),
    ...(memory === undefined ? [] : memories(memory)),
    ...(element === undefined ? [] : [camera(element)]),
  ].join('\n\n');
}

function oneFace(scenes: readonly SceneResult[]): string[] {
  const titles = scenes.map(({ scene, width, height, rounds }) => `${scene}, ${width} x ${height} (${rounds} rounds)`);
  return [
    '**One face, live: the whole call, median ms (quartiles), ratio to ours of medians and of means**',
    table(
      ['', ...titles],
      rowsBy(
        scenes,
        (turn) =>
          `${quartiles(turn.call)}, ${ratios(turn)}${turn.found === 1 ? '' : `, ${turn.found.toFixed(2)} faces`}`,
      ),
    ),
    ...stages(scenes),
  ];
}

/** What our worker tells of the same calls. */
function stages(scenes: readonly SceneResult[]): string[] {
  const own = scenes.map(({ turns }) => turns.find(({ stages }) => Object.keys(stages).length > 0)?.stages ?? {});
  const names = Object.keys(own[0] ?? {});
  if (names.length === 0) return [];
  return [
    'Medians of the stages that our worker tells of these calls, ms:',
    table(
      ['', ...scenes.map(({ scene, width, height }) => `${scene}, ${width} x ${height}`)],
      names.map((name) => [name, ...own.map((each) => (each[name] ?? Number.NaN).toFixed(1))]),
    ),
  ];
}

function manyFaces(scenes: readonly SceneResult[]): string[] {
  const titles = scenes.map(({ scene, faces }) =>
    scene === 'grid' ? `${faces} face${faces === 1 ? '' : 's'}` : `${scene}, ${faces}`,
  );
  const [{ width, height }] = scenes;
  return [
    `**Many faces, ${width} x ${height}: the whole call, median ms, ratio to ours live of medians and of means, faces found**`,
    table(
      ['', ...titles],
      rowsBy(scenes, (turn) => `${turn.call[1].toFixed(0)}, ${ratios(turn)}, ${rounded(turn.found)}`),
    ),
  ];
}

function rowsBy(scenes: readonly SceneResult[], cell: (turn: TurnResult) => string): string[][] {
  return scenes[0].turns.map(({ contestant }) => [
    CONTESTANTS[contestant],
    ...scenes.map(({ turns }) => {
      const turn = turns.find((each) => each.contestant === contestant);
      return turn === undefined ? '' : cell(turn);
    }),
  ]);
}

function starts(results: readonly StartResult[]): string[] {
  return [
    '**From the navigation to the first face that is read and to the whole result, ms, and what is downloaded**',
    table(
      ['', 'cold', 'whole', 'warm', 'whole', 'requests', 'MiB', 'MiB, Brotli'],
      results.map(({ page, cold, coldComplete, warm, warmComplete, requests, bytes, brotli }) => [
        page.replaceAll(/[<>]/g, (bracket) => `\\${bracket}`),
        quartiles(cold, 0),
        coldComplete === undefined ? '' : quartiles(coldComplete, 0),
        quartiles(warm, 0),
        warmComplete === undefined ? '' : quartiles(warmComplete, 0),
        String(requests),
        (bytes / MIB).toFixed(1),
        (brotli / MIB).toFixed(1),
      ]),
    ),
  ];
}

function memories(results: readonly MemoryResult[]): string[] {
  const mib = (bytes: number | null) => (bytes === null ? 'not told' : (bytes / MIB).toFixed(0));
  return [
    '**Memory after 60 frames, MiB**',
    table(
      ['', 'process', 'of it WebAssembly', 'JavaScript of the page'],
      results.map(({ contestant, resident, wasm, pageHeap }) => [
        CONTESTANTS[contestant],
        mib(resident),
        mib(wasm),
        mib(pageHeap),
      ]),
    ),
  ];
}

function camera({ seconds, ready, frame, interval, longestTask }: ElementResult): string {
  const longest =
    longestTask === 0 ? 'no main-thread task over 50 ms' : `longest main-thread task ${longestTask.toFixed(0)} ms`;
  return (
    `\`<qcs-fer camera>\` with boxes, labels, bars and timeline, ${seconds} seconds of a face video: ${quartiles(frame)} ms a frame in the worker, ` +
    `a result every ${interval[1].toFixed(0)} ms, ${longest}, ready ${(ready / 1000).toFixed(1)} s after it was put into the page.`
  );
}

const quartiles = ([low, median, high]: Quartiles, digits = 1) =>
  `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

const ratios = ({ ratio, meanRatio }: TurnResult) => `${ratio.toFixed(2)} and ${meanRatio.toFixed(2)}`;

const rounded = (found: number) => (Number.isInteger(found) ? String(found) : found.toFixed(1));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
