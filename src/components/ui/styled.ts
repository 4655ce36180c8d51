/**
 * Styles that are computed, set through the CSSOM. Lit's `styleMap` begins with a `style` attribute, which pages refuse whose policy allows no
 * inline styles (`style-src 'self'`).
 */
import { noChange } from 'lit';
import { directive, Directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

/** Values by the names of CSS, custom ones among them. */
export type Declarations = Readonly<Record<string, string>>;

class Styled extends Directive {
  private set: readonly string[] = [];

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT)
      throw new Error('styled() stands in the tag of an element, outside of attributes.');
  }

  /** Nothing on a server: styles come with the page. */
  render(_declarations: Declarations): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [declarations]: [Declarations]): typeof noChange {
    const { style } = element as HTMLElement | SVGElement;
    for (const name of this.set) if (!(name in declarations)) style.removeProperty(name);
    for (const [name, value] of Object.entries(declarations)) style.setProperty(name, value);
    this.set = Object.keys(declarations);
    return noChange;
  }
}

/** `html\`<i ${styled({ '--_colour': colour })}></i>\`` */
export const styled = directive(Styled);
