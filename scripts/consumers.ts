/**
 * `npm run test:consumers [-- PART OF A NAME...] [--daily] [--write]`: packs the built library, installs it in other people's kinds of projects and
 * reads a photo in each with Chromium. Prints a table; `--write` puts it into docs/consumers.md, `--daily` runs those that `npm test` runs. Exit
 * code 1 when one fails. Where the npm registry cannot be reached, what needs it is skipped, and said to be.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';
import { PLAIN, PROJECTS, type ConsumerProject } from '../test/consumers/projects.js';
import {
  buildProject,
  checkTypes,
  NoRegistryError,
  packLibrary,
  readPhoto,
  type Reading,
  withServed,
} from '../test/consumers/runProject.js';
import { TYPE_PROJECTS, type TypeProject } from '../test/consumers/typeProjects.js';
import { root } from '../test/support/page.js';

const READING_MS = 120_000;
const TABLE = /<!-- table -->[^]*<!-- end of the table -->/;

interface Outcome {
  readonly name: string;
  readonly versions: string;
  readonly result: string;
  readonly verdict: 'passed' | 'FAILED' | 'SKIPPED';
}

/** Under it no script gets its address, and no element its markup, from a string. */
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types qcs-fer lit-html default webpack";
/** Runs before the page: lets scripts and workers of its own origin start, as bundlers start theirs by a string. Markup gets no policy. */
const OWN_SCRIPTS = `trustedTypes.createPolicy('default', {
  createScriptURL: (address) => (new URL(address, document.baseURI).origin === location.origin ? address : null),
});`;

/** Of the brackets on the plain page, once it was opened: every other page must show the same. */
let plainRectangle: string | undefined;

function about({ name, dependencies }: ConsumerProject | TypeProject): Pick<Outcome, 'name' | 'versions'> {
  const versions = Object.entries(dependencies).map(([dependency, version]) => `${dependency} ${version}`);
  return { name, versions: versions.join(', ') || '—' };
}

async function tryOne(project: ConsumerProject | TypeProject, archive: string): Promise<Outcome> {
  try {
    const amiss = 'check' in project ? checkTypes(project, archive) : await faultOf(project, archive);
    const passes = 'check' in project ? `passes; ${project.wrong.length} mistakes refused` : 'happiness, in a worker';
    return { ...about(project), verdict: amiss === '' ? 'passed' : 'FAILED', result: amiss || passes };
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error);
    return { ...about(project), verdict: error instanceof NoRegistryError ? 'SKIPPED' : 'FAILED', result };
  }
}

/** What is amiss with a page, empty where nothing is. */
async function faultOf(project: ConsumerProject, archive: string): Promise<string> {
  const folder = buildProject(project, archive);
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const reading = await withServed(project, folder, (url) => readAt(browser, url));
    const amiss = faultIn(project, reading);
    if (amiss !== '' || !('folder' in project.serve)) return amiss;
    const strict = await withServed(project, folder, (url) => readAt(browser, url, OWN_SCRIPTS), TRUSTED_TYPES);
    const amissToo = faultIn(project, strict);
    return amissToo === '' ? '' : `with Trusted Types ${amissToo}`;
  } finally {
    await browser.close();
  }
}

/** What a fresh page shows that runs `before` first. @throws Error with what it complains of */
async function readAt(browser: Browser, url: string, before?: string): Promise<Reading> {
  const context = await browser.newContext();
  if (before !== undefined) await context.addInitScript(before);
  const page = await context.newPage();
  page.setDefaultTimeout(READING_MS);
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Trusted ?Type/i.test(message.text())) refused.push(message.text());
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no result came')), READING_MS).unref();
  });
  await page.goto(url);
  const reading = await Promise.race([readPhoto(page), late]);
  await context.close();
  if (refused.length > 0) throw new Error(refused.join('\n'));
  return reading;
}

function faultIn({ name }: ConsumerProject, { expression, inWorker, backendReason, rectangle }: Reading): string {
  if (expression !== 'happiness') return `it reads ${expression}`;
  if (!inWorker) return `it reads in the page: ${backendReason}`;
  const sides = rectangle.join(', ');
  if (name === PLAIN) plainRectangle = sides;
  return sides === (plainRectangle ?? sides)
    ? ''
    : `its brackets are at ${sides}, on the plain page at ${plainRectangle}`;
}

async function main(args: readonly string[]): Promise<void> {
  const parts = args.filter((argument) => !argument.startsWith('--')).map((part) => part.toLowerCase());
  const all = args.includes('--daily') ? PROJECTS.filter(({ isDaily }) => isDaily) : [...TYPE_PROJECTS, ...PROJECTS];
  const wanted = all.filter(
    ({ name }) => parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part)),
  );
  const archive = packLibrary();
  const outcomes: Outcome[] = [];
  for (const project of wanted) {
    const outcome = await tryOne(project, archive);
    outcomes.push(outcome);
    process.stdout.write(`${outcome.verdict}  ${outcome.name}: ${outcome.result}\n`);
  }
  if (args.includes('--write')) writeTable(outcomes);
  const count = (wantedVerdict: Outcome['verdict']) =>
    outcomes.filter(({ verdict }) => verdict === wantedVerdict).length;
  const skipped = count('SKIPPED') === 0 ? '' : `, ${count('SKIPPED')} skipped`;
  process.stdout.write(`\n${count('passed')} passed, ${count('FAILED')} failed${skipped}\n`);
  process.exit(count('FAILED') === 0 ? 0 : 1);
}

function writeTable(outcomes: readonly Outcome[]): void {
  const path = join(root, 'docs/consumers.md');
  const rows = outcomes.map(({ name, versions, result, verdict }) => {
    const outcome = verdict === 'passed' ? result : `${verdict}: ${result.split('\n', 1)[0]}`;
    return `| ${name} | ${versions} | ${outcome} |`;
  });
  const table = ['| project | versions | outcome |', '|---|---|---|', ...rows].join('\n');
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(TABLE, () => `<!-- table -->\n${table}\n<!-- end of the table -->`),
  );
}

await main(process.argv.slice(2));
