/**
 * `npm run soak -- [MINUTES] [PHASE...] [--series FILE]`: long use on WebAssembly, after a build. 60 is the whole: an hour of camera, half an hour of training, 200 elements
 * that come and go, 500 photos, 50 switches of the model; 10 is the nightly form, 0.2 the one that takes a minute. Says what grew, with its slope and
 * the slope's 95 % interval. Phases are camera, training, cycles, photos, switches.
 * `--series` keeps every measured value, by phase, as JSON.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { soak, type Trend } from '../test/support/soak/index.js';

const MINUTES = 60;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { series: { type: 'string' } } });
const [minutes = String(MINUTES), ...only] = positionals;

let growing = 0;
const reports = await soak({
  minutes: Number(minutes),
  only,
  onPhase: ({ phase, steps, results, minutes, trends }) => {
    process.stdout.write(`${phase}: ${steps} steps, ${results} results, in ${minutes.toFixed(1)} minutes\n`);
    for (const [measure, trend] of Object.entries(trends)) {
      growing += Number(!trend.isFlat);
      process.stdout.write(`  ${measure.padEnd(12)} ${describe(trend)}\n`);
    }
  },
});
if (values.series !== undefined) {
  const series = Object.fromEntries(reports.map((report) => [report.phase, report.series]));
  writeFileSync(values.series, JSON.stringify(series));
}
process.exitCode = growing === 0 ? 0 : 1;

function describe({ mean, slope, low, high, growth, isFlat }: Trend): string {
  const figure = (value: number): string => value.toPrecision(4);
  const slopes = `slope ${figure(slope)} a minute (${figure(low)} to ${figure(high)})`;
  return `mean ${figure(mean)}, ${slopes}, growth ${(100 * growth).toFixed(1)} %: ${isFlat ? 'flat' : 'GROWS'}`;
}
