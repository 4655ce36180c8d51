/** The pages of the manual: where each lies in the repository, and where it stands in the site. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Documents outside `docs/` that are pages too, by their place in the site. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'SECURITY.md': 'security.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'public/models/qcs-mobile/MODEL_CARD.md': 'model-card.md',
  'pytorch/README.md': 'pytorch.md',
  'bench/README.md': 'bench/index.md',
  'bench/accuracy/README.md': 'bench/accuracy.md',
  'bench/kernels/README.md': 'bench/kernels.md',
};

/** Below `docs/`. */
const WRITTEN = 'reference';

/** Files of `docs/reference/`, which are written from the code and not kept in the repository. */
export const REFERENCE = ['elements.md', 'library.md', 'node.md', 'command-line.md'] as const;

/** By the path in the repository: the path in the site. */
export function sitePages(root: string): ReadonlyMap<string, string> {
  const kept = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !path.startsWith(`${WRITTEN}/`));
  const own = [...kept, ...REFERENCE.map((name) => `${WRITTEN}/${name}`)].toSorted();
  return new Map([...own.map((path): [string, string] => [`docs/${path}`, path]), ...Object.entries(ELSEWHERE)]);
}

export interface Chapter {
  readonly text: string;
  readonly collapsed?: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

const chapter = (text: string, items: Readonly<Record<string, string>>, collapsed?: boolean): Chapter => ({
  text,
  ...(collapsed === undefined ? {} : { collapsed }),
  items: Object.entries(items).map(([title, link]) => ({ text: title, link })),
});

/** The table of contents. A test holds it to the pages. */
export const CONTENTS: readonly Chapter[] = [
  chapter('Begin', { 'What it is': '/', 'Get started': '/get-started', Recipes: '/recipes', Limits: '/limits' }),
  chapter('In your project', {
    'Plain page': '/guides/plain',
    React: '/guides/react',
    Vue: '/guides/vue',
    Svelte: '/guides/svelte',
    Angular: '/guides/angular',
    Next: '/guides/next',
    'A whole video': '/analysis',
    'Why this?': '/explain',
    Node: '/node',
    Bundlers: '/consumers',
    'On a server': '/deploy',
  }),
  chapter('Reference', {
    Elements: '/reference/elements',
    Events: '/events',
    Library: '/reference/library',
    'Node API': '/reference/node',
    'Command line': '/reference/command-line',
    Errors: '/errors',
    Versions: '/versioning',
  }),
  chapter('From another library', { 'face-api.js': '/migrate/face-api', Human: '/migrate/human' }),
  chapter('Train and measure', {
    'Train on your own faces': '/howto/train',
    'Measure a model': '/howto/evaluate',
    'Convert a checkpoint': '/howto/convert',
    'Models and the command line': '/models',
    'Fine-tuning': '/fine-tuning',
    Evaluation: '/evaluation',
    'Training the shipped model': '/training',
    'Training at full scale': '/pytorch',
  }),
  chapter('How good, how safe', {
    Accuracy: '/accuracy',
    'Model card': '/model-card',
    'Beside others': '/bench/',
    'Beside others: accuracy': '/bench/accuracy',
    'Beside others: kernels': '/bench/kernels',
    'Responsible use': '/responsible-use',
    Reliability: '/reliability',
    Security: '/security',
    'What ships': '/provenance',
    'The samples': '/samples',
  }),
  chapter(
    'The project',
    {
      Architecture: '/architecture',
      Contributing: '/contributing',
      'Add a backbone': '/howto/backbone',
      'Add a class set': '/howto/class-set',
      'Add a corruption': '/howto/corruption',
      'Add a chart': '/howto/chart',
      'Say something, add a language': '/howto/language',
      Changelog: '/changelog',
    },
    true,
  ),
];
