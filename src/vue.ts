/**
 * Types of the elements in templates of Vue 3, with their events: `import type {} from 'qcs-fer/vue'` once in a project, then
 * `<qcs-fer camera @qcs-change="..." />`, also with `strictTemplates`. There is no code in it.
 */
import type { AllowedComponentProps, HTMLAttributes, VNodeProps } from 'vue';
import type { PropertiesOf, QcsElements, QcsTag } from './elementTypes.js';

type Capital<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Capital<Rest>}`
  : Capitalize<Name>;

type Events<Tag extends QcsTag> = QcsElements[Tag]['events'];

/** `@qcs-change` is the property `onQcsChange`. */
type Listeners<Tag extends QcsTag> = {
  [Name in keyof Events<Tag> & string as `on${Capital<Name>}`]?: ((event: Events<Tag>[Name]) => void) | undefined;
};

/** What templates take for an element, in the shape of a component. */
export type QcsComponent<Tag extends QcsTag> = new () => {
  $props: PropertiesOf<Tag> &
    Listeners<Tag> &
    Omit<HTMLAttributes, keyof PropertiesOf<Tag>> &
    AllowedComponentProps &
    VNodeProps;
};

type QcsComponents = { [Tag in QcsTag]: QcsComponent<Tag> };

declare module 'vue' {
  interface GlobalComponents extends QcsComponents {
    'qcs-fer': QcsComponent<'qcs-fer'>;
  }
}
