/** A model ready to be served: with its card, a page that reads with it, and where the page's other files come from. */
import { escapeMarkup } from '../base/markup.js';
import { ModelError } from '../errors.js';
import { writeZip } from '../storage/zip.js';
import { formatManifest, parseManifest } from '../weights/manifestSchema.js';

const MANIFEST = 'manifest.json';
const CARD = 'MODEL_CARD.md';
/** A file of its own, so that the page lives with a strict security policy. */
const STYLE = 'qcs-fer { block-size: 96vh }\n';

/**
 * A zip with one folder: `index.html`, `page.css`, `README.md`, and `model/` with the manifest, all weights but those that only training needs, and the card where there is one.
 * @param folder its name
 * @param title what the page is called
 * @param files of the model, as `ModelStore.files` gives them
 * @throws ModelError `model-missing` where the manifest or its weights are not among them, `model-format` for an unsound manifest
 */
export function workingPage(folder: string, title: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Blob {
  const manifest = parseManifest(fileOf(files, MANIFEST));
  // A manifest names its exact weights, also where a page reads with others made of them.
  const needed = manifest.files.filter(({ part }) => part !== 'training');
  const model = new Map<string, Uint8Array>([
    [MANIFEST, formatManifest({ ...manifest, files: needed })],
    ...needed.map(({ path }) => [path, fileOf(files, path)] as const),
  ]);
  const card = files.get(CARD);
  if (card !== undefined) model.set(CARD, card);
  const texts = new TextEncoder();
  return writeZip(
    new Map([
      [`${folder}/index.html`, texts.encode(page(title))],
      [`${folder}/page.css`, texts.encode(STYLE)],
      [`${folder}/README.md`, texts.encode(readme(title, card !== undefined))],
      ...[...model].map(([name, bytes]) => [`${folder}/model/${name}`, bytes] as const),
    ]),
    (path) => !path.endsWith('.safetensors'),
  );
}

function page(title: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(title)}</title>
<!-- qcs-fer/ holds the built files of the package: see README.md -->
<script type="module" src="./qcs-fer/define.js"></script>
<link rel="stylesheet" href="./page.css">
<qcs-fer controls fill model="./model/manifest.json"></qcs-fer>
</html>
`;
}

function readme(title: string, hasCard: boolean): string {
  return `# ${title}

A page that reads faces with this model, in the visitor's own browser. Nothing is sent anywhere.

1. Put the built files of QCS-FER beside \`index.html\`, in a folder \`qcs-fer\`: \`dist/\` as \`npm run build\` writes it in the project, or
   \`node_modules/qcs-fer/dist/\` where the package is installed.

   \`\`\`sh
   cp -r node_modules/qcs-fer/dist qcs-fer
   \`\`\`

2. Serve this folder with any static server. A camera needs https, or localhost.

\`model/\` holds the model's manifest and weights${hasCard ? ', and its card: what it learned from, how well it does, what it is not for' : ''}.
An expression is not a feeling: tell visitors what the page does, and ask before their camera is used.
`;
}

function fileOf(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, path: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(path);
  if (bytes !== undefined) return bytes;
  throw new ModelError(
    'model-missing',
    `${path} of this model is not in this browser’s storage. Add it again under Models.`,
  );
}
