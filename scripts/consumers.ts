/**
 * `npm run test:consumers [-- PART OF A NAME...] [--write]`: packs the built library, installs it in other people's kinds of projects and reads a
 * photo in each with Chromium. Prints a table; `--write` puts it into docs/consumers.md. Exit code 1 when one fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';
import { PROJECTS, type ConsumerProject } from '../test/consumers/projects.js';
import { buildProject, checkTypes, packLibrary, readPhoto, withServed } from '../test/consumers/runProject.js';
import { TYPE_PROJECTS, type TypeProject } from '../test/consumers/typeProjects.js';
import { root } from '../test/support/page.js';

const READING_MS = 120_000;
const TABLE = /<!-- table -->[^]*<!-- end of the table -->/;

interface Outcome {
  readonly name: string;
  readonly versions: string;
  readonly result: string;
  readonly passed: boolean;
}

function about({ name, dependencies }: ConsumerProject | TypeProject): Pick<Outcome, 'name' | 'versions'> {
  const versions = Object.entries(dependencies).map(([dependency, version]) => `${dependency} ${version}`);
  return { name, versions: versions.join(', ') || '—' };
}

function tryTypes(project: TypeProject, archive: string): Outcome {
  const amiss = checkTypes(project, archive);
  const result = amiss === '' ? `passes; ${project.wrong.length} mistakes refused` : amiss;
  return { ...about(project), passed: amiss === '', result };
}

async function tryProject(project: ConsumerProject, archive: string): Promise<Outcome> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const folder = buildProject(project, archive);
    const reading = await withServed(project, folder, async (url) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(READING_MS);
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('no result came')), READING_MS).unref();
      });
      await page.goto(url);
      return Promise.race([readPhoto(page), late]);
    });
    const { expression, inWorker, backendReason } = reading;
    const passed = expression === 'happiness' && inWorker;
    return {
      ...about(project),
      passed,
      result: `${expression}, ${inWorker ? 'in a worker' : `in the page: ${backendReason}`}`,
    };
  } catch (error) {
    return { ...about(project), passed: false, result: error instanceof Error ? error.message : String(error) };
  } finally {
    await browser.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const parts = args.filter((argument) => argument !== '--write').map((part) => part.toLowerCase());
  const wanted = [...TYPE_PROJECTS, ...PROJECTS].filter(
    ({ name }) => parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part)),
  );
  const archive = packLibrary();
  const outcomes: Outcome[] = [];
  for (const project of wanted) {
    const outcome = 'check' in project ? tryTypes(project, archive) : await tryProject(project, archive);
    outcomes.push(outcome);
    process.stdout.write(`${outcome.passed ? 'passed' : 'FAILED'}  ${outcome.name}: ${outcome.result}\n`);
  }
  if (args.includes('--write')) writeTable(outcomes);
  const failed = outcomes.filter(({ passed }) => !passed).length;
  process.stdout.write(`\n${outcomes.length - failed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

function writeTable(outcomes: readonly Outcome[]): void {
  const path = join(root, 'docs/consumers.md');
  const rows = outcomes.map(({ name, versions, result, passed }) => {
    const outcome = passed ? result : `FAILED: ${result.split('\n', 1)[0]}`;
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
