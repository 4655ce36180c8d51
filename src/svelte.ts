/**
 * Types of the elements in Svelte 5, with their events: `import type {} from 'qcs-fer/svelte'` once in a project, then
 * `<qcs-fer camera onqcs-change={(event) => event.detail.to}></qcs-fer>`. There is no code in it.
 */
import type { HTMLAttributes } from 'svelte/elements';
import type { ElementOf, ListenersOf, PropertiesOf, QcsTag } from './elementTypes.js';

/** What a template takes for an element. */
export type QcsAttributes<Tag extends QcsTag> = PropertiesOf<Tag> &
  ListenersOf<Tag, 'on'> &
  Omit<HTMLAttributes<ElementOf<Tag>>, keyof PropertiesOf<Tag>>;

type QcsSvelteElements = { [Tag in QcsTag]: QcsAttributes<Tag> };

declare module 'svelte/elements' {
  export interface SvelteHTMLElements extends QcsSvelteElements {
    'qcs-fer': QcsAttributes<'qcs-fer'>;
  }
}
