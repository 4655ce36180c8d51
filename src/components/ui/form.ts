/** Fields of forms: how they look, and the ones that every form has. */
import { css, html, type TemplateResult } from 'lit';
import { field, row, surface } from './styles.js';

/** What a field holds after a change. */
export function valueOf(event: Event): string {
  return (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
}

/** The number in a field; null for none. */
export function numberOf(event: Event): number | null {
  const { valueAsNumber } = event.currentTarget as HTMLInputElement;
  return Number.isFinite(valueAsNumber) ? valueAsNumber : null;
}

/** What stands in a text field of a form. */
export function textField(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}

/** A box to tick, with its words. */
export function checkbox(words: unknown, checked: boolean, change: (checked: boolean) => void): TemplateResult {
  const onChange = (event: Event) => change((event.currentTarget as HTMLInputElement).checked);
  return html`<label class="check"><input type="checkbox" .checked=${checked} @change=${onChange} />${words}</label>`;
}

/** A list to choose one from: values with their words. */
export function selectField<Value extends string>(
  title: string,
  options: readonly (readonly [value: Value, words: string])[],
  chosen: Value,
  change: (value: Value) => void,
): TemplateResult {
  return html`<label class="field">
    ${title}
    <select @change=${(event: Event) => change(valueOf(event) as Value)}>
      ${options.map(([value, words]) => html`<option value=${value} .selected=${value === chosen}>${words}</option>`)}
    </select>
  </label>`;
}

export const formStyles = css`
  select,
  input:is([type='text'], [type='number']) {
    ${field}
  }
  input:is([type='checkbox'], [type='radio']) {
    flex: none;
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--_accent);
  }
  fieldset {
    border: 0;
  }
  .field {
    display: grid;
    align-content: start;
    gap: 4px;
    font-size: 14px;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    font-size: 14px;
  }
  .fields {
    ${row};
    gap: 8px 24px;
  }
  .choice {
    display: grid;
    grid-template-columns: auto 1fr;
    align-content: center;
    align-items: center;
    gap: 0 12px;
    min-block-size: 40px;
    padding: 8px 12px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-control);
    cursor: pointer;
  }
  .choice:has(:checked) {
    border-color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
  }
  .choice small {
    grid-column: 2;
    font-size: 14px;
  }
  summary {
    padding: 8px 0;
  }
`;

/** An element that is one form on a surface. */
export const formCardStyles = [
  formStyles,
  css`
    :host {
      padding: 24px;
      ${surface};
      font-size: 15px;
    }
    form {
      display: grid;
      gap: 16px;
    }
    h3 {
      font-size: 18px;
      overflow-wrap: anywhere;
    }
    p {
      color: var(--_ink-soft);
    }
  `,
];
