/** The tabs of the page. Each names how its part is loaded and what it shows once it is. */
import { html, type TemplateResult } from 'lit';
import type { EvaluateDataDetail } from '../components/ui/events.js';

export interface TabContext {
  /** Manifest to recognise with; null for the shipped model. */
  readonly model: string | null;
  /** Images to measure on, from the Train tab; null for none. */
  readonly data: EvaluateDataDetail | null;
  /** Whether this tab is the one in sight. */
  readonly active: boolean;
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
    content: ({ model, active }) => html`<qcs-demo-recognise .model=${model} .active=${active}></qcs-demo-recognise>`,
  },
  {
    name: 'train',
    title: 'Train',
    scrolls: true,
    load: () => import('../define-train.js'),
    content: () => html`<qcs-train></qcs-train>`,
  },
  {
    name: 'evaluate',
    title: 'Evaluate',
    scrolls: true,
    load: () => import('../define-evaluate.js'),
    content: ({ data }) => html`<qcs-evaluate .data=${data}></qcs-evaluate>`,
  },
  {
    name: 'models',
    title: 'Models',
    scrolls: true,
    load: () => import('../define-models.js'),
    content: ({ model }) => html`<qcs-models .model=${model}></qcs-models>`,
  },
  {
    name: 'about',
    title: 'About',
    scrolls: true,
    load: () => import('./define-about.js'),
    content: () => html`<qcs-demo-about></qcs-demo-about>`,
  },
];
