/** What the component tests share: elements on a page, pictures to show them, and waiting. */
import { afterEach, expect, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import '../../../src/define.js';
import type { FerStatus } from '../../../src/components/recognise/events.js';
import type { QcsFer } from '../../../src/components/recognise/qcs-fer/qcs-fer.js';
import { FakeRecognizer } from './fakeRecognizer.js';

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

export interface Mounted {
  readonly element: QcsFer;
  readonly recognizer: FakeRecognizer;
  /** Every status since the element was made. */
  readonly statuses: FerStatus[];
}

/** A `<qcs-fer>` with a fake recogniser on the page. */
export async function mount(properties: Partial<QcsFer> = {}, recognizer = new FakeRecognizer()): Promise<Mounted> {
  const element = document.createElement('qcs-fer');
  const statuses: FerStatus[] = [];
  element.addEventListener('qcs-status', (event) => statuses.push(event.detail.status));
  Object.assign(element, { recognizerProvider: recognizer.provider, ...properties });
  element.style.inlineSize = '900px';
  document.body.append(element);
  await element.updateComplete;
  return { element, recognizer, statuses };
}

export async function until(element: QcsFer, status: FerStatus): Promise<void> {
  await eventually(() => expect(element.status).toBe(status));
  await element.updateComplete;
}

/** A plain picture of 320 x 240 pixels, as a file. */
export async function photoFile(name = 'photo.png'): Promise<File> {
  const blob = await new Promise<Blob | null>((resolve) => {
    paintedCanvas().toBlob(resolve);
  });
  if (blob === null) throw new Error('The canvas gave no picture.');
  return new File([blob], name, { type: 'image/png' });
}

/** A stream whose picture changes at every animation frame, and a way to end it. */
export function movingStream(): MediaStream {
  const canvas = paintedCanvas();
  const stream = canvas.captureStream(30);
  let frame = 0;
  const paint = () => {
    const context = canvas.getContext('2d');
    if (context !== null) context.fillStyle = `hsl(${frame++ % 360} 40% 50%)`;
    context?.fillRect(0, 0, 20, 20);
    if (stream.active) requestAnimationFrame(paint);
  };
  paint();
  return stream;
}

function paintedCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2d context');
  context.fillStyle = '#6b8';
  context.fillRect(0, 0, 320, 240);
  return canvas;
}

/** The first element inside, through all shadow roots, that matches. */
export function deep(root: Element | ShadowRoot, selector: string): HTMLElement {
  const found = deepAll(root, selector)[0];
  if (found === undefined) throw new Error(`Nothing matches ${selector}.`);
  return found;
}

export function deepAll(root: Element | ShadowRoot, selector: string): HTMLElement[] {
  const inside = root instanceof Element && root.shadowRoot !== null ? root.shadowRoot : root;
  const own = [...inside.querySelectorAll<HTMLElement>(selector)];
  const nested = [...inside.querySelectorAll('*')].filter((element) => element.shadowRoot !== null);
  return [...own, ...nested.flatMap((element) => deepAll(element, selector))];
}

export function button(root: Element, name: RegExp): HTMLElement {
  const found = deepAll(root, 'button').find((element) => name.test(element.textContent ?? ''));
  if (found === undefined) throw new Error(`No button says ${String(name)}.`);
  return found;
}

export function spoken(element: QcsFer): string {
  return deep(element, '[role=status]').textContent ?? '';
}
