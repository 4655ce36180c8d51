/** Writes what editors and documentation read of the elements into a built package. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeData, webTypes } from './editors.js';
import { describeElements, packageManifest, type DescribedElement } from './elements.js';

/** @param target the folder of the build. Answers what was described, for those who describe it further. */
export function writeManifests(root: string, target: string): readonly DescribedElement[] {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const elements = describeElements(root);
  const files = {
    'custom-elements.json': packageManifest(elements),
    'vscode.html-custom-data.json': codeData(elements),
    'web-types.json': webTypes(elements, name, version),
  };
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(target, file), `${JSON.stringify(content, null, 2)}\n`);
  }
  return elements;
}
