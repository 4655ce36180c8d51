/** What the library asks of a browser beyond drawing a page, and SECURITY.md, which publishes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readModule } from '../../../scripts/layers/readModule.js';
import { readSources } from '../../../scripts/layers/sources.js';

const root = join(import.meta.dirname, '../../..');

/** Globals that reach out of the page or into the device: whatever matches must stand in the list. Members count by their global. */
const CAPABILITIES: readonly RegExp[] = [
  /^navigator(?:\.\w+)?$/,
  /^(?:fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTC\w*|BroadcastChannel)$/,
  /^(?:Worker|SharedWorker|ServiceWorker\w*|SharedArrayBuffer|WebAssembly)$/,
  /^(?:localStorage|sessionStorage|indexedDB|caches|cookieStore|document\.cookie)$/,
  /^(?:Audio|Video|Image)(?:Decoder|Encoder|Context)$/,
  /^(?:MediaRecorder|Notification|PaymentRequest|PerformanceObserver|\w*Sensor|Device\w+Event|showOpenFilePicker|showDirectoryPicker|showSaveFilePicker)$/,
  /^(?:confirm|alert|eval|Function|trustedTypes)$/,
  /^crypto\.subtle$/,
];

function capabilitiesOf(names: Iterable<string>): readonly string[] {
  return [...names].flatMap((name) => {
    const global = name.replace(/^(?:globalThis|window|self)\./, '');
    const found = [global, global.split('.')[0]].find((each) => CAPABILITIES.some((pattern) => pattern.test(each)));
    return found ?? [];
  });
}

/** Modules that run in a browser. */
function modulesOfThePage(): readonly (readonly [path: string, source: string])[] {
  return [...readSources(root)].filter(
    ([path]) => path.startsWith('src/') && !/^src\/(?:.*\/)?node(?:\/|\w*\.ts$)/.test(path),
  );
}

test('every capability that the library uses stands in SECURITY.md, and no other', () => {
  const used = new Set(modulesOfThePage().flatMap(([path, source]) => capabilitiesOf(readModule(path, source).names)));
  const [, list] =
    /<!-- capabilities -->([^]*)<!-- end of capabilities -->/.exec(readFileSync(join(root, 'SECURITY.md'), 'utf8')) ??
    [];
  const published = [...list.matchAll(/`([\w.]+)`/g)].map(([, name]) => name);
  expect(published.toSorted()).toEqual([...used].toSorted());
});

test('a capability is found however it is reached', () => {
  const source = `navigator.bluetooth.requestDevice(); const { usb } = navigator; globalThis.localStorage.clear();
    new WebSocket('x'); crypto.subtle.digest('x', y); const fetchBytes = 1; self.indexedDB;`;
  expect([...new Set(capabilitiesOf(readModule('x.ts', source).names))].toSorted()).toEqual(
    ['WebSocket', 'crypto.subtle', 'indexedDB', 'localStorage', 'navigator', 'navigator.bluetooth'].toSorted(),
  );
});
