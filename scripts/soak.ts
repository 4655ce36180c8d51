/**
 * `npm run soak -- [MINUTES] [PHASE]`: long use on WebAssembly, after a build. 60 minutes are the whole (an hour of camera, 200 elements that come and go, 500
 * photos, 50 switches of the model); 10 and 1 are the same in small. Says what grew, with its slope and the slope's 95 % interval.
 */
import { soak, type Trend } from '../test/support/soak/index.js';

const MINUTES = 60;

const reports = await soak({
  minutes: Number(process.argv[2] ?? MINUTES),
  only: process.argv[3],
  onPhase: (name) => process.stderr.write(`${name} `),
});
process.stderr.write('\n');
let growing = 0;
for (const { phase, steps, minutes, trends } of reports) {
  process.stdout.write(`${phase}: ${steps} steps in ${minutes.toFixed(1)} minutes\n`);
  for (const [measure, trend] of Object.entries(trends)) {
    growing += Number(!trend.isFlat);
    process.stdout.write(`  ${measure.padEnd(12)} ${describe(trend)}\n`);
  }
}
process.exitCode = growing === 0 ? 0 : 1;

function describe({ mean, slope, low, high, growth, isFlat }: Trend): string {
  const figure = (value: number): string => value.toPrecision(4);
  const slopes = `slope ${figure(slope)} a minute (${figure(low)} to ${figure(high)})`;
  return `mean ${figure(mean)}, ${slopes}, growth ${(100 * growth).toFixed(1)} %: ${isFlat ? 'flat' : 'GROWS'}`;
}
