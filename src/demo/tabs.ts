/** The tabs of the page. Each names how its part is loaded and what it shows once it is. */
import { html, type TemplateResult } from 'lit';

export interface TabContext {
  /** Manifest to recognise with; null for the shipped model. */
  readonly model: string | null;
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

/** The parts that have elements of their own in `components/`; a tab is shown where its part is there. */
const PARTS = import.meta.glob('../components/define-*.ts');

const FURTHER: readonly Pick<Tab, 'name' | 'title' | 'content'>[] = [
  { name: 'train', title: 'Train', content: () => html`<qcs-train></qcs-train>` },
  { name: 'evaluate', title: 'Evaluate', content: () => html`<qcs-evaluate></qcs-evaluate>` },
  { name: 'models', title: 'Models', content: ({ model }) => html`<qcs-models .model=${model}></qcs-models>` },
];

export const TABS: readonly Tab[] = [
  {
    name: 'recognise',
    title: 'Recognise',
    scrolls: false,
    load: () => import('./define-recognise.js'),
    content: ({ model, active }) => html`<qcs-demo-recognise .model=${model} .active=${active}></qcs-demo-recognise>`,
  },
  ...FURTHER.flatMap(({ name, title, content }): Tab[] => {
    const load = PARTS[`../components/define-${name}.ts`];
    return load === undefined ? [] : [{ name, title, scrolls: true, load, content }];
  }),
  {
    name: 'about',
    title: 'About',
    scrolls: true,
    load: () => import('./define-about.js'),
    content: () => html`<qcs-demo-about></qcs-demo-about>`,
  },
];
