/**
 * MediaPipe's loader of its WebAssembly as a module that bundlers take like any other: without its branches for Node, the address that it
 * would look for beside itself, and the globals that it sets. A minifier may do with it what it likes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The package's file, SHA-256. */
const SOURCE_HASH = '70eff3956521b7de058d7173a4935c95e4a223c26ea624b9f5a936d3a043dcb0';

/** What stands in the file once, and what it becomes. */
const CHANGES: readonly (readonly [from: string, to: string])[] = [
  [
    'var ENVIRONMENT_IS_NODE = globalThis.process?.versions?.node && globalThis.process?.type != "renderer";',
    'const ENVIRONMENT_IS_NODE = false;',
  ],
  ['const {createRequire} = await import("node:module");', ''],
  ['/** @suppress{duplicate} */ var require = createRequire(import.meta.url);', ''],
  ['var _scriptName = import.meta.url;', 'var _scriptName = "";'],
  ['return new URL("vision_wasm_module_raw_internal.wasm", import.meta.url).href;', 'return "";'],
  [
    'globalThis.ModuleFactory = ModuleFactory; globalThis.custom_dbg = console.warn.bind(console); export default ModuleFactory;',
    // The loader's own notes are of no use to a page.
    'const custom_dbg = () => undefined;\nexport default ModuleFactory;',
  ],
];

/**
 * Writes the module where it is missing or out of date; true when it did.
 * @throws Error when the package's file is another one than expected
 */
export function writeVisionFactory(source: string, target: string): boolean {
  const original = readFileSync(source, 'utf8');
  const hash = createHash('sha256').update(original).digest('hex');
  if (hash !== SOURCE_HASH) {
    throw new Error(
      `${source} should have SHA-256 ${SOURCE_HASH} and has ${hash}. Install the pinned package versions.`,
    );
  }
  const changed = CHANGES.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${source} should hold this once: ${from}`);
    return text.replace(from, () => to);
  }, original);
  const header =
    '// Made from @mediapipe/tasks-vision by scripts/visionFactory.ts. Copyright The MediaPipe Authors, Apache-2.0.\n';
  if (existsSync(target) && readFileSync(target, 'utf8') === header + changed) return false;
  writeFileSync(target, header + changed);
  return true;
}
