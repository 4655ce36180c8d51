/** The game of the Recognise tab: a face to make, how many would name it so, and what was reached. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { expressionPicture } from '../../components/train/capture-studio/expression-pictures.js';
import { bar, barStyles } from '../../components/ui/charts/bars.js';
import { expressionIcon } from '../../components/ui/icons.js';
import { Localised } from '../../components/ui/localised.js';
import { surface } from '../../components/ui/styles.js';
import { buttonStyles, expressionColour, tokens } from '../../components/ui/tokens.js';
import type { FrameObservation } from '../../inference/observation.js';
import { discoverArea } from '../../messages/discover/area.js';
import { Game, ROUND_TIME, tenths, type Round } from './game.js';

const PICTURE = 72;

/** @event qcs-demo-game-end - The person is done. */
export class QcsDemoGame extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    barStyles,
    css`
      section {
        display: grid;
        gap: 12px;
        margin-block-end: 12px;
        padding: 12px 16px;
        ${surface}
      }
      .round {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px 16px;
      }
      .picture {
        color: var(--_accent);
      }
      .words {
        display: grid;
        gap: 4px;
        --_bar: 12px;
      }
      .time {
        --_bar: 3px;
      }
      h2 {
        font-size: 17px;
      }
      p,
      small {
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 230px), 1fr));
        gap: 4px 24px;
      }
      li {
        display: grid;
        grid-template-columns: 20px 6.6em minmax(40px, 1fr) 2.6em;
        align-items: center;
        gap: 8px;
        font-size: 14px;
        --_bar: 8px;
      }
      li span:last-child {
        text-align: end;
      }
      @media (max-width: 640px) {
        section {
          margin: 0;
          border-radius: 0;
        }
        .round {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .round .actions {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  private readonly localised = new Localised(this, discoverArea);
  @state() private game = new Game();

  /** The newest frame. */
  add({ faces, timestamp }: FrameObservation): void {
    const face = faces.at(0);
    this.game.add(timestamp, face?.conditions.flags.length === 0 ? face.shares : undefined);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { words, direction } = this.localised;
    return html`<section dir=${direction} aria-label=${words.text('game')}>
      ${this.game.isOver ? this.renderEnd() : this.renderRound(this.game.rounds.at(-1)!)}
    </section>`;
  }

  private renderRound({ expression, best }: Round): TemplateResult {
    const { words } = this.localised;
    const { share, left } = this.game;
    const said =
      share === undefined
        ? words.text('gameNoFace')
        : words.shared('peopleOfTen', { count: tenths(share), expression: words.expression(expression) });
    return html`<div class="round">
      ${expressionPicture(expression, PICTURE)}
      <div class="words">
        <h2 aria-live="polite">${words.text('gameMake', { expression: words.expression(expression) })}</h2>
        <p>${words.text(`how.${expression}`)}</p>
        ${bar({ value: share ?? 0 }, expressionColour(expression))}
        <p>${said} ${best === 0 ? nothing : html`<small>${words.text('gameBest', { count: tenths(best) })}</small>`}</p>
        <div class="time">${bar({ value: left / ROUND_TIME }, 'var(--_ink-soft)')}</div>
      </div>
      <div class="actions">
        <button type="button" @click=${this.onSkip}>${words.text('gameSkip')}</button>
        <button type="button" class="quiet" @click=${this.onEnd}>${words.text('gameEnd')}</button>
      </div>
    </div>`;
  }

  private renderEnd(): TemplateResult {
    const { words } = this.localised;
    const { rounds, points } = this.game;
    return html`<h2 aria-live="polite">${words.text('gameDone', { points, total: 10 * rounds.length })}</h2>
      <ul>
        ${rounds.map(
          ({ expression, best }) =>
            html`<li>
              ${expressionIcon(expression)}<span>${words.title(expression)}</span>
              ${bar({ value: best }, expressionColour(expression))}<span>${words.number(tenths(best), 0)}</span>
            </li>`,
        )}
      </ul>
      <small>${words.text('gameCaution')}</small>
      <div class="actions">
        <button type="button" class="primary" @click=${() => (this.game = new Game())}>
          ${words.text('gameAgain')}
        </button>
        <button type="button" @click=${this.close}>${words.shared('close')}</button>
      </div>`;
  }

  private readonly onSkip = (): void => {
    this.game.next();
    this.requestUpdate();
  };

  private readonly onEnd = (): void => {
    this.game.end();
    this.requestUpdate();
  };

  private readonly close = (): void => {
    this.dispatchEvent(new CustomEvent('qcs-demo-game-end', { bubbles: true, composed: true }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-game': QcsDemoGame;
  }
}
