/** The bar of tools: sources, camera choice, mirror, pause and stop. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { recogniseArea } from '../../messages/recognise/area.js';
import type { FerCommand } from './commands.js';
import { emit } from '../ui/events.js';
import { icon, type IconName } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { field, row } from '../ui/styles.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

/** A camera to choose from. */
export interface CameraChoice {
  readonly deviceId: string;
  readonly label: string;
}

/** What is in the stage. */
export type PictureKind = 'none' | 'camera' | 'stream' | 'video' | 'photo';

/**
 * Buttons for the source and for what is running.
 *
 * @slot - Further buttons under the bar.
 * @event qcs-command - A button was pressed; `<qcs-fer>` around it carries out `detail`.
 * @csspart tool - One button.
 * @csspart devices - The list of cameras.
 */
export class QcsControls extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        padding: 4px 8px;
        container-type: inline-size;
      }
      .bar {
        ${row};
        gap: 4px;
      }
      .space {
        flex: 1;
      }
      select {
        ${field};
        max-inline-size: 200px;
        padding-inline: 8px;
        text-overflow: ellipsis;
      }
      @container (max-width: 640px) {
        .bar {
          gap: 0;
        }
        .space {
          display: none;
        }
        button {
          flex: 1 1 0;
          flex-direction: column;
          gap: 0;
          min-inline-size: 0;
          padding-inline: 0;
          font-size: 12px;
        }
        .text {
          max-inline-size: 100%;
          overflow: hidden;
          text-overflow: ellipsis;
        }
        select {
          order: 1;
          flex: 1 1 100%;
          max-inline-size: none;
          margin-block-start: 4px;
        }
      }
      /* Where there is no touch screen there is hardly a front and a back: the list is enough. */
      @media (pointer: fine) {
        button[part~='turn'] {
          display: none;
        }
      }
      @media (pointer: coarse) {
        select {
          min-block-size: 48px;
        }
        button[part~='unclear'] {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) kind: PictureKind = 'none';
  /** Offers to go on, instead of to pause. */
  @property({ type: Boolean }) paused = false;
  /** Draws the button for mirroring as pressed. */
  @property({ type: Boolean }) mirrored = false;
  @property({ attribute: false }) cameras: readonly CameraChoice[] = [];
  /** Device id of the camera in use. */
  @property({ attribute: false }) camera: string | undefined;

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { kind } = this;
    const { words } = this.localised;
    const moving = kind === 'camera' || kind === 'stream' || kind === 'video';
    return html`<div class="bar" role="group" aria-label=${words.text('tools')}>
        ${this.renderTool('camera', words.text('camera'), { name: 'camera' }, kind === 'camera')}
        ${this.renderTool('photo', words.text('photo'), { name: 'photo' }, kind === 'photo')}
        ${this.renderTool('video', words.text('video'), { name: 'video' }, kind === 'video')}
        <span class="space"></span>
        ${kind === 'camera' ? this.renderCameras() : nothing}
        ${moving ? this.renderTool('mirror', words.text('mirror'), { name: 'mirror' }, this.mirrored) : nothing}
        ${moving ? this.renderPause() : nothing}
        ${kind === 'none' ? nothing : this.renderTool('stop', kind === 'photo' ? words.shared('close') : words.text('stop'), { name: 'stop' })}
        ${this.renderTool('unclear', words.text('keys'), { name: 'shortcuts' })}
      </div>
      <slot></slot>`;
  }

  private renderPause(): TemplateResult {
    const { words } = this.localised;
    return this.paused
      ? this.renderTool('play', words.text('resume'), { name: 'resume' })
      : this.renderTool('pause', words.text('pause'), { name: 'pause' });
  }

  private renderTool(
    shape: IconName,
    label: string,
    command: FerCommand,
    pressed?: boolean,
    title = label,
  ): TemplateResult {
    return html`<button
      type="button"
      part="tool ${shape}"
      class="quiet"
      title=${title}
      aria-pressed=${pressed ?? nothing}
      @click=${() => emit(this, 'qcs-command', command)}
    >
      ${icon(shape)}<span class="text">${label}</span>
    </button>`;
  }

  private renderCameras(): TemplateResult | typeof nothing {
    if (this.cameras.length < 2) return nothing;
    const { words } = this.localised;
    return html`<select part="devices" aria-label=${words.text('cameraInUse')} @change=${this.onDevice}>
        ${this.cameras.map(
          ({ deviceId, label }, index) =>
            html`<option value=${deviceId} ?selected=${deviceId === this.camera}>
              ${label || words.text('cameraNumber', { index: index + 1 })}
            </option>`,
        )}
      </select>
      ${this.renderTool('turn', words.text('turn'), { name: 'turn' }, undefined, words.text('turnCamera'))}`;
  }

  private readonly onDevice = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    emit(this, 'qcs-command', { name: 'device', deviceId: value });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-controls': QcsControls;
  }
}
