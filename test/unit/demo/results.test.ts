import { describe, expect, test } from 'vitest';
import { PaceMeter } from '../../../src/demo/frame-rate.js';
import { MOST_FRAMES, ResultsLog } from '../../../src/demo/results-log.js';
import { face, frame } from '../components/observations.js';

const model = { id: 'm', version: '1', classes: ['neutral', 'anger'], family: 'qcs', backbone: 'b', bytes: 1 };

describe('results', () => {
  test('as CSV have one row a face and frame, and a column a class', () => {
    const log = new ResultsLog();
    log.add(frame(100, [face(1, 'anger', 0.75), face(2, 'neutral', 0.5)]));
    log.add(frame(140, []));
    log.add(frame(180, [face(1, 'anger', 0.8)]));
    const [head, ...rows] = log.toCsv(['neutral', 'anger']).trimEnd().split('\r\n');
    expect(head).toBe('timestamp_ms,face,x,y,width,height,score,expression,confidence,neutral,anger');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toBe('100.0,1,10.0,20.0,50.0,50.0,0.9000,anger,0.75000,0.25000,0.75000');
  });

  test('as CSV quote names that need it', () => {
    const log = new ResultsLog();
    log.add(frame(0, [face(1, 'calm, "so" so')]));
    expect(log.toCsv(['calm, "so" so'])).toContain('"calm, ""so"" so"');
  });

  test('as CSV are safe to open in a spreadsheet, with numbers below 0 as numbers', () => {
    const log = new ResultsLog();
    const outside = { ...face(1, '=cmd()'), box: { x: -3, y: 20, width: 50, height: 50 } };
    log.add(frame(0, [outside]));
    const [head, row] = log.toCsv(['=cmd()', 'constructor']).split('\r\n');
    expect(head.split(',').slice(-2)).toEqual(["'=cmd()", 'constructor']);
    expect(row.split(',').at(-1)).toBe('0.00000');
    expect(row.split(',').slice(2, 8)).toEqual(['-3.0', '20.0', '50.0', '50.0', '0.9000', "'=cmd()"]);
  });

  test('as JSON carry every frame, the model and the backend', () => {
    const log = new ResultsLog();
    log.add(frame(100, [face(1, 'anger')]));
    expect(JSON.parse(log.toJson({ model, backend: 'wasm' }))).toMatchObject({
      format: 'qcs-fer-results',
      version: 1,
      backend: 'wasm',
      model: { id: 'm' },
      frames: [{ timestamp: 100, faces: [{ id: 1, expression: 'anger' }] }],
    });
  });

  test('are bounded, the oldest go first', () => {
    const log = new ResultsLog();
    for (let index = 0; index < MOST_FRAMES * 1.3; index++) log.add(frame(index, []));
    expect(log.length).toBe(MOST_FRAMES);
    const { frames, leftOut } = JSON.parse(log.toJson({ model: undefined, backend: undefined })) as {
      frames: unknown[];
      leftOut: object;
    };
    expect(frames).toHaveLength(MOST_FRAMES);
    expect(frames.at(-1)).toMatchObject({ timestamp: MOST_FRAMES * 1.3 - 1 });
    expect(leftOut).toEqual({ older: MOST_FRAMES * 0.3, repeated: 0 });
    expect(log.leftOut).toEqual(leftOut);
  });

  test('of a video that begins anew run on in time, and say what they left out', () => {
    const log = new ResultsLog();
    for (const time of [0, 40, 80, 0, 40, 80, 120]) log.add(frame(time, [face(1, 'anger')]));
    const times = log.toCsv([]).trimEnd().split('\r\n').slice(1);
    expect(times.map((row) => Number(row.split(',')[0]))).toEqual([0, 40, 80, 120]);
    expect(log.leftOut).toEqual({ older: 0, repeated: 3 });
    log.clear();
    expect(log.leftOut).toEqual({ older: 0, repeated: 0 });
  });

  test('have classes that are called like parts of an object', () => {
    const log = new ResultsLog();
    const names = ['__proto__', 'constructor', 'toString'];
    const probabilities = Object.fromEntries(names.map((name, index) => [name, [0.5, 0.3, 0.2][index]]));
    log.add(frame(0, [{ ...face(1, '__proto__'), probabilities }]));
    const [head, row] = log.toCsv(names).split('\r\n');
    expect(head.split(',').slice(-3)).toEqual(names);
    expect(row.split(',').slice(-3)).toEqual(['0.50000', '0.30000', '0.20000']);
    expect(log.toJson({ model, backend: 'wasm' })).toContain('"__proto__": 0.5');
  });
});

test('the pace is the median of the last seconds and the frames that came', () => {
  const meter = new PaceMeter();
  expect(meter.pace).toBeUndefined();
  const slow = { ...frame(0, []), timing: { detect: 500, align: 1, infer: 20, total: 521 } };
  meter.add(slow, 0);
  expect(meter.pace?.framesPerSecond).toBeUndefined();
  for (let now = 10_000; now <= 12_000; now += 100) meter.add(frame(now, []), now);
  expect(meter.pace?.timing.total).toBe(26);
  expect(meter.pace?.framesPerSecond).toBeCloseTo(10);
});
