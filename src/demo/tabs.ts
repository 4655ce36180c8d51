/** The tabs of the page. Each names how its part is loaded and what it shows once it is. */
import { html, type TemplateResult } from 'lit';

export interface TabContext {
  /** Manifest to recognise with; null for the shipped model. */
  readonly model: string | null;
}

export interface Tab {
  /** Stands in the address. */
  readonly name: string;
  readonly title: string;
  /** Whether the tab is longer than the screen. */
  readonly scrolls: boolean;
  load(): Promise<unknown>;
  content(context: TabContext): TemplateResult;
}

export const TABS: readonly Tab[] = [
  {
    name: 'recognise',
    title: 'Recognise',
    scrolls: false,
    load: () => import('./define-recognise.js'),
    content: ({ model }) => html`<qcs-demo-recognise .model=${model}></qcs-demo-recognise>`,
  },
  {
    name: 'about',
    title: 'About',
    scrolls: true,
    load: () => import('./define-about.js'),
    content: () => html`<qcs-demo-about></qcs-demo-about>`,
  },
];
