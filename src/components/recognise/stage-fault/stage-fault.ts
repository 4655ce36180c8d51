/** An error, in the stage, in words, with the next step as a button. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { QcsError } from '../../../errors.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { emit } from '../../ui/events.js';
import { adviseOn } from './fault-advice.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { stagePanelStyles } from '../stage-panel.styles.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';

/**
 * Says what went wrong and offers the next steps.
 *
 * @event qcs-command - A button was pressed; `<qcs-fer>` around it carries out `detail`.
 * @csspart title - The name of the fault.
 */
export class QcsStageFault extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    stagePanelStyles,
    css`
      .panel > svg {
        color: var(--_danger);
      }
      code {
        color: var(--_ink-soft);
        font-size: 13px;
      }
    `,
  ];

  @property({ attribute: false }) error: QcsError | undefined;
  /** Whether the element was given a model of its own. */
  @property({ type: Boolean }) ownModel = false;
  /** Whether the element may open other files and go back to the invitation. */
  @property({ type: Boolean }) controls = false;

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult | typeof nothing {
    const { error } = this;
    if (error === undefined) return nothing;
    const { words } = this.localised;
    const { title, steps } = adviseOn(error.code, this);
    const advice = words.fault(error);
    return html`<div class="panel" role="alert">
      ${icon('warning', 36)}
      <h2 part="title">${words.text(`fault.${title}`)}</h2>
      <p>${advice}</p>
      <div class="steps">
        ${steps.map(
          (step, index) =>
            html`<button
              type="button"
              class=${index === 0 ? 'primary' : ''}
              @click=${() => emit(this, 'qcs-command', step.command)}
            >
              ${step.label === 'retry' ? words.shared('tryAgain') : words.text(`step.${step.label}`)}
            </button>`,
        )}
        ${
          this.controls
            ? html`<button type="button" @click=${() => emit(this, 'qcs-command', { name: 'dismiss' })}>
                ${words.text('step.start')}
              </button>`
            : nothing
        }
      </div>
      <code>${error.code}</code>
      ${advice === error.message ? nothing : this.renderOriginal(error)}
    </div>`;
  }

  /** The particulars, which only the error's own message names. */
  private renderOriginal({ message }: QcsError): TemplateResult {
    return html`<details>
      <summary>${this.localised.words.shared('inEnglish')}</summary>
      <p lang="en" dir="ltr">${message}</p>
    </details>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-stage-fault': QcsStageFault;
  }
}
