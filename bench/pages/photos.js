/** The page's side of `npm run bench -- photos`: plain numbers, milliseconds. */

const now = () => performance.now();
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function bitmapOf(url) {
  return createImageBitmap(await (await fetch(url)).blob());
}

async function start() {
  const { createRecognizer } = await import('/dist/index.js');
  return createRecognizer({ backend: 'wasm' });
}

/** A photo again and again, after two calls that are not counted. */
export async function photo(url, rounds) {
  const recognizer = await start();
  const bitmap = await bitmapOf(url);
  const large = [];
  const all = [];
  const timings = [];
  let faces = 0;
  for (let round = -2; round < rounds; round++) {
    const begin = now();
    let told = Number.NaN;
    const observation = await recognizer.recognize(bitmap, { onPartial: () => (told = now() - begin) });
    if (round < 0) continue;
    const end = now() - begin;
    large.push(Number.isNaN(told) ? end : told);
    all.push(end);
    timings.push(observation.timing);
    faces = observation.faces.length;
  }
  await recognizer.dispose();
  const stages = Object.fromEntries(
    ['detect', 'align', 'infer'].map((stage) => [stage, median(timings.map((timing) => timing[stage]))]),
  );
  return { large, all, stages, faces };
}

/** How long until so many faces of a still camera picture are read, from the first of its frames, each round as a new stream. */
export async function still(url, faces, rounds) {
  const recognizer = await start();
  const bitmap = await bitmapOf(url);
  const scale = 1280 / bitmap.width;
  const canvas = new OffscreenCanvas(1280, Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const times = [];
  for (let round = -1; round < rounds; round++) {
    const stream = `round ${round}`;
    const begin = now();
    let found = 0;
    for (let frame = 0; found < faces && now() - begin < 20_000; frame++) {
      const due = begin + (frame * 1000) / 30;
      if (due > now()) await new Promise((resolve) => setTimeout(resolve, due - now()));
      const observation = await recognizer.recognize(canvas, { mode: 'live', stream, maxFaces: 2 * faces });
      found = observation.faces.length;
    }
    if (round >= 0) times.push(found >= faces ? now() - begin : Number.NaN);
    recognizer.forget(stream);
  }
  await recognizer.dispose();
  return times;
}
