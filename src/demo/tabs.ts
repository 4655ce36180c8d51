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
  /** Stands in the address; its title is `tab.` and the name. */
  readonly name: 'recognise' | 'train' | 'evaluate' | 'models' | 'about';
  /** Whether its texts stand in the catalogue in every language; the others are English. */
  readonly isTranslated: boolean;
  /** Whether the tab is longer than the screen. */
  readonly scrolls: boolean;
  load(): Promise<unknown>;
  content(context: TabContext): TemplateResult;
}

export const TABS: readonly Tab[] = [
  {
    name: 'recognise',
    isTranslated: true,
    scrolls: false,
    load: () => import('./define-recognise.js'),
    content: ({ model, active }) => html`<qcs-demo-recognise .model=${model} .active=${active}></qcs-demo-recognise>`,
  },
  {
    name: 'train',
    isTranslated: false,
    scrolls: true,
    load: () => import('../define-train.js'),
    content: () => html`<qcs-train></qcs-train>`,
  },
  {
    name: 'evaluate',
    isTranslated: true,
    scrolls: true,
    load: () => import('../define-evaluate.js'),
    content: ({ data }) => html`<qcs-evaluate .data=${data}></qcs-evaluate>`,
  },
  {
    name: 'models',
    isTranslated: true,
    scrolls: true,
    load: () => import('../define-models.js'),
    content: ({ model }) => html`<qcs-models .model=${model}></qcs-models>`,
  },
  {
    name: 'about',
    isTranslated: false,
    scrolls: true,
    load: () => import('./define-about.js'),
    content: () => html`<qcs-demo-about></qcs-demo-about>`,
  },
];
