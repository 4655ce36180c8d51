/** `tsx scripts/icons.ts`: draws the app's icons from public/favicon.svg. Run it when that changes; the pictures are kept in the repository. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url));
const svg = readFileSync(join(PUBLIC, 'favicon.svg'), 'utf8');
/** Systems cut such icons into shapes of their own: the ground goes to the edges, and the drawing keeps to the middle. */
const uncut = svg.replace('rx="8" ', '').replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"');
const full = uncut.replace('<rect width="32" height="32"', '<rect x="-4" y="-4" width="40" height="40"');
const ICONS = [
  { name: '192.png', size: 192, drawing: svg },
  { name: '512.png', size: 512, drawing: svg },
  { name: 'maskable.png', size: 512, drawing: full },
  { name: 'touch.png', size: 180, drawing: full },
];

const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
const page = await browser.newPage();
for (const { name, size, drawing } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${drawing}`);
  await page.locator('svg').evaluate((element, side) => {
    element.setAttribute('width', String(side));
    element.setAttribute('height', String(side));
  }, size);
  writeFileSync(join(PUBLIC, 'icons', name), await page.screenshot({ omitBackground: true }));
}
await browser.close();
