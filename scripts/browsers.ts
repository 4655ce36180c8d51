/**
 * `npm run browsers -- [firefox] [webkit] [--pictures DIR]`: does the main job in other browsers, after a build, and keeps pictures of the page. Ends with 1
 * where a step does not work.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENT_SECURITY_POLICY } from '../vite.config.js';
import type { Driver } from '../test/support/browsers/driver.js';
import { startFirefox } from '../test/support/browsers/firefox.js';
import { mainJob } from '../test/support/browsers/job.js';
import { startWebKit } from '../test/support/browsers/webkit.js';
import { demoFolder, media } from '../test/support/page.js';
import { serve } from '../test/support/server.js';

const BROWSERS: Readonly<Record<string, () => Promise<Driver>>> = { firefox: startFirefox, webkit: startWebKit };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string', default: mkdtempSync(join(tmpdir(), 'qcs-browsers-')) } },
});
const server = await serve(demoFolder, { policy: CONTENT_SECURITY_POLICY, also: { '/media/': media } });
try {
  for (const [browser, start] of Object.entries(BROWSERS)) {
    if (positionals.length > 0 && !positionals.includes(browser)) continue;
    const folder = join(values.pictures, browser);
    mkdirSync(folder, { recursive: true });
    const driver = await start();
    process.stdout.write(`${driver.name}, pictures in ${folder}\n`);
    try {
      await mainJob(driver, {
        address: server.url,
        videos: { webm: `${server.origin}/media/franck.webm`, mp4: `${server.origin}/media/franck.mp4` },
        folder,
        onStep: ({ name, seen, works }) => {
          if (!works) process.exitCode = 1;
          process.stdout.write(`  ${works ? 'works' : 'FAILS'}  ${name}: ${seen}\n`);
        },
      });
    } finally {
      await driver.close();
    }
  }
} finally {
  await server.close();
}
