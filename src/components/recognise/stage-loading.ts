/** Loading, named by its stages, with the bytes of what is downloaded. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { LoadProgress } from '../../inference/observation.js';
import type { recognise } from '../../messages/recognise/en.js';
import type { Words } from '../../messages/words.js';
import { recogniseArea } from '../../messages/recognise/area.js';
import { icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { tokens } from '../ui/tokens.js';

interface Stage {
  readonly stage: Exclude<LoadProgress['stage'], 'ready'>;
  readonly download: boolean;
  /** Where the progress bar stands when the stage begins; downloads move it by their bytes. */
  readonly share: number;
}

/** The part of the progress bar that the downloads fill together. */
const DOWNLOAD_SHARE = 0.8;

const STAGES: readonly Stage[] = [
  { stage: 'detector', download: true, share: 0 },
  { stage: 'model', download: true, share: 0 },
  { stage: 'backend', download: false, share: DOWNLOAD_SHARE },
  { stage: 'warm-up', download: false, share: 0.9 },
];

type StageState = 'waiting' | 'active' | 'done';

/**
 * The stages of loading as a list with one progress bar.
 *
 * @csspart progress - The progress bar.
 */
export class QcsStageLoading extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        display: grid;
        place-items: center;
        block-size: 100%;
        padding: 24px;
      }
      .panel {
        display: grid;
        gap: 12px;
        inline-size: min(100%, 400px);
        padding: 16px 24px 24px;
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      h2 {
        font-size: 17px;
      }
      ol {
        display: grid;
        gap: 4px;
        color: var(--_ink-soft);
      }
      li {
        display: grid;
        grid-template-columns: 20px 1fr auto;
        gap: 8px;
        align-items: center;
      }
      li.active {
        color: var(--_ink);
        font-weight: 600;
      }
      .amount {
        font-weight: 400;
        text-align: end;
      }
      li svg {
        color: var(--_accent);
      }
      .dot {
        inline-size: 8px;
        block-size: 8px;
        margin-inline: 6px;
        border: 2px solid currentcolor;
        border-radius: 50%;
      }
      .active .dot {
        border-color: var(--_accent);
        background: var(--_accent);
        animation: beat 1.2s ease-in-out infinite alternate;
      }
      @keyframes beat {
        to {
          opacity: 0.35;
        }
      }
      progress {
        inline-size: 100%;
        block-size: 6px;
        border: 0;
        border-radius: 3px;
        background: var(--_raised);
        overflow: hidden;
        accent-color: var(--_accent);
      }
      progress::-webkit-progress-bar {
        background: var(--_raised);
      }
      progress:indeterminate::-webkit-progress-bar {
        background: var(--_accent);
        animation: beat 1.2s ease-in-out infinite alternate;
      }
      progress::-webkit-progress-value {
        background: var(--_accent);
        transition: inline-size var(--_motion);
      }
      progress::-moz-progress-bar {
        background: var(--_accent);
      }
    `,
  ];

  /** The newest report of every stage that has begun. */
  @property({ attribute: false }) progress: ReadonlyMap<LoadProgress['stage'], LoadProgress> = new Map();
  @property({ attribute: false }) heading: string | undefined;
  /** Says instead that the GPU was lost and recognition begins again by itself. */
  @property({ type: Boolean }) recovering = false;

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    if (this.recovering) {
      return html`<div class="panel">
        <h2>${words.text('deviceLost')}</h2>
        <progress part="progress" aria-label=${words.text('startingAgain')}></progress>
      </div>`;
    }
    return html`<div class="panel">
      <h2>${this.heading ?? words.text('gettingReady')}</h2>
      <progress part="progress" aria-label=${words.text('loading')} max="1" .value=${this.fraction}></progress>
      <ol>
        ${STAGES.map((stage, index) => this.renderStage(stage, this.stateOf(stage, index)))}
      </ol>
    </div>`;
  }

  private renderStage({ stage }: Stage, state: StageState): TemplateResult {
    const { words } = this.localised;
    const report = this.progress.get(stage);
    return html`<li class=${state}>
      ${state === 'done' ? icon('check') : html`<span class="dot"></span>`}
      <span
        >${words.text(`loading.${stage}`)}<span class="visually-hidden">: ${words.text(`loading.${state}`)}</span></span
      >
      ${report !== undefined && report.total > 0 ? html`<span class="amount">${amount(words, report)}</span>` : nothing}
    </li>`;
  }

  /** The downloads run side by side, from the start; the other stages one after the other. */
  private stateOf({ stage, download }: Stage, index: number): StageState {
    const report = this.progress.get(stage);
    const laterStages = STAGES.slice(index + 1).filter((later) => !later.download);
    if (laterStages.some((later) => this.progress.has(later.stage)) || this.progress.has('ready')) return 'done';
    if (report === undefined) return download ? 'active' : 'waiting';
    return report.total > 0 && report.loaded >= report.total ? 'done' : 'active';
  }

  private get fraction(): number {
    if (this.progress.has('ready')) return 1;
    const begun = STAGES.findLast(({ stage, download }) => !download && this.progress.has(stage));
    if (begun !== undefined) return begun.share;
    const downloads = STAGES.flatMap(({ stage, download }) => (download ? [this.progress.get(stage)] : []));
    const sum = (of: 'loaded' | 'total') => downloads.reduce((total, report) => total + (report?.[of] ?? 0), 0);
    return sum('total') > 0 ? (DOWNLOAD_SHARE * sum('loaded')) / sum('total') : 0;
  }
}

function amount(words: Words<typeof recognise>, { loaded, total }: LoadProgress): string {
  if (loaded >= total) return words.bytes(total);
  const share = words.percent(loaded / total);
  return words.text('loading.amount', { loaded: words.bytes(loaded), total: words.bytes(total), share });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-stage-loading': QcsStageLoading;
  }
}
