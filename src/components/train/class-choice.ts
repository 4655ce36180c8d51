/** Which labels of the data set take part in a run, and which of them make one class together. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { className } from '../../base/labels.js';
import { displayName } from '../../expressions.js';
import { emit } from '../ui/events.js';
import { checkbox, formStyles, valueOf } from '../ui/form.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { counted } from '../ui/words.js';
import { EVERY_LABEL, gatherClasses, type ClassChoice, type LabelCount } from './train-settings-model.js';

/** @fires qcs-class-choice - The choice has changed; the detail is the new one. */
export class QcsClassChoice extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    formStyles,
    css`
      .check {
        font-size: inherit;
      }
      .names {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(220px, 1fr));
        gap: 12px;
      }
      p {
        margin-block-end: 12px;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      p.result {
        margin-block: 12px 0;
      }
    `,
  ];

  @property({ attribute: false }) labels: readonly LabelCount[] = [];
  @property({ attribute: false }) choice: ClassChoice = EVERY_LABEL;

  protected override render(): TemplateResult {
    const { labels, choice } = this;
    return html`<div class="fields">
        ${labels.map(({ name, count }) =>
          checkbox(`${displayName(name)} (${count})`, !choice.excluded.has(name), () => this.toggle(name)),
        )}
      </div>
      <details>
        <summary>Gather labels into classes of your own</summary>
        <p>
          Labels with one class name are trained as one class: sadness and anger as “negative”, for example. What the
          model knows of them is kept.
        </p>
        <div class="names">
          ${labels
            .filter(({ name }) => !choice.excluded.has(name))
            .map(
              ({ name }) =>
                html`<label class="field">
                  ${displayName(name)} is trained as
                  <input
                    type="text"
                    autocomplete="off"
                    placeholder=${name}
                    .value=${choice.names.get(name) ?? ''}
                    @change=${(event: Event) => this.name(name, valueOf(event))}
                  />
                </label>`,
            )}
        </div>
        ${this.renderResult()}
      </details>`;
  }

  private renderResult(): TemplateResult | typeof nothing {
    const { labels, choice } = this;
    if (choice.names.size === 0) return nothing;
    const counts = new Map(labels.map(({ name, count }) => [name, count]));
    const classes = Object.entries(gatherClasses(labels, choice)).map(([name, members]) => {
      const count = members.reduce((sum, member) => sum + counts.get(member)!, 0);
      return `${displayName(name)} (${count})`;
    });
    return html`<p class="result" role="status">
      ${counted(classes.length, 'class', 'classes')}: ${classes.join(', ')}
    </p>`;
  }

  private toggle(name: string): void {
    const excluded = new Set(this.choice.excluded);
    if (!excluded.delete(name)) excluded.add(name);
    this.change({ ...this.choice, excluded });
  }

  private name(label: string, text: string): void {
    const names = new Map(this.choice.names);
    const name = className(text);
    if (name === '') names.delete(label);
    else names.set(label, name);
    this.change({ ...this.choice, names });
  }

  private change(choice: ClassChoice): void {
    emit(this, 'qcs-class-choice', choice);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-class-choice': QcsClassChoice;
  }
  interface HTMLElementEventMap {
    'qcs-class-choice': CustomEvent<ClassChoice>;
  }
}
