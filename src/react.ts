/**
 * Types of the elements in JSX of React 19, with their events: `import type {} from 'qcs-fer/react'` once in a project, then
 * `<qcs-fer camera onqcs-change={(event) => event.detail.to} />`. There is no code in it.
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { ElementOf, ListenersOf, PropertiesOf, QcsTag } from './elementTypes.js';

/** What JSX takes for an element. */
export type QcsProps<Tag extends QcsTag> = PropertiesOf<Tag> &
  ListenersOf<Tag, 'on'> &
  Omit<DetailedHTMLProps<HTMLAttributes<ElementOf<Tag>>, ElementOf<Tag>>, keyof PropertiesOf<Tag>>;

type QcsIntrinsicElements = { [Tag in QcsTag]: QcsProps<Tag> };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends QcsIntrinsicElements {
      'qcs-fer': QcsProps<'qcs-fer'>;
    }
  }
}
