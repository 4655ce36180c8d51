/** The page: name, tabs, theme switch. Each tab is loaded when it is first opened. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { StatusDetail } from '../components/recognise/events.js';
import type { EvaluateDataDetail, UseModelDetail } from '../components/ui/events.js';
import { icon, type IconName } from '../components/ui/icons.js';
import { valueOf } from '../components/ui/form.js';
import { Localised } from '../components/ui/localised.js';
import { notice, noticeStyles } from '../components/ui/notice.js';
import { field } from '../components/ui/styles.js';
import { buttonStyles, tokens } from '../components/ui/tokens.js';
import { demoArea } from '../messages/demo/area.js';
import { LANGUAGES, type Language } from '../messages/languages.js';
import { isNoticeUnderstood, understandNotice } from './first-use.js';
import { chooseLanguage, currentLanguage } from './language.js';
import { followCopy, offlineCopy } from './offline/copy.js';
import { TABS, type Tab } from './tabs.js';
import { applyTheme, nextTheme, storedTheme, type Theme } from './theme.js';

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'system', light: 'sun', dark: 'moon' };

/** The demo page. The tab stands in the address after `#`, so that it can be linked to. */
export class QcsDemo extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    noticeStyles,
    css`
      :host {
        display: grid;
        grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr);
        block-size: 100dvh;
        min-block-size: 560px;
        background: var(--_page);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 24px;
        padding: 0 24px;
        border-block-end: 1px solid var(--_line);
        background: var(--_surface);
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0;
        font-size: 17px;
        font-weight: 650;
        letter-spacing: -0.01em;
      }
      h1 img {
        inline-size: 24px;
        block-size: 24px;
      }
      [role='tablist'] {
        display: flex;
        gap: 4px;
        overflow-x: auto;
        scrollbar-width: none;
      }
      [role='tab'] {
        min-block-size: 56px;
        padding: 0 12px;
        border: 0;
        border-radius: 0;
        background: none !important;
        color: var(--_ink-soft);
        font-weight: 550;
        box-shadow: inset 0 -2px transparent;
      }
      [role='tab'][aria-selected='false']:hover {
        color: var(--_ink);
      }
      [role='tab'][aria-selected='true'] {
        color: var(--_accent);
        box-shadow: inset 0 -2px var(--_accent);
      }
      [role='tab']:focus-visible {
        outline-offset: -4px;
      }
      .choices {
        display: flex;
        gap: 4px;
        margin-inline-start: auto;
      }
      select {
        ${field};
        padding-inline: 8px;
      }
      .notices {
        grid-row: 2;
      }
      .notices .notice {
        padding-block: 4px;
        border-width: 0 0 1px;
        border-radius: 0;
      }
      main {
        display: grid;
        grid-row: 3;
        grid-template-columns: minmax(0, 1fr);
        min-block-size: 0;
        min-inline-size: 0;
      }
      .panel {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-block-size: 0;
        min-inline-size: 0;
      }
      .panel.scrolls {
        overflow: auto;
      }
      .panel[hidden] {
        display: none;
      }
      .waiting {
        place-self: center;
        color: var(--_ink-soft);
      }
      .failed {
        display: grid;
        gap: 12px;
        justify-items: center;
        place-self: center;
        padding: 24px;
        text-align: center;
      }
      @media (min-width: 560px) {
        :host {
          min-block-size: 360px;
        }
      }
      @media (max-width: 640px) {
        header {
          column-gap: 8px;
          padding: 0 12px;
        }
        h1 {
          min-block-size: 48px;
        }
        .choices {
          order: 1;
        }
        [role='tablist'] {
          order: 2;
          inline-size: calc(100% + 24px);
          margin-inline: -12px;
          padding-inline: 4px;
          gap: 0;
        }
        [role='tab'] {
          min-block-size: 44px;
          padding: 0 8px;
          font-size: 14px;
        }
      }
      @media (forced-colors: active) {
        [role='tab'][aria-selected='true'] {
          border-block-end: 3px solid Highlight;
        }
      }
    `,
  ];

  private readonly localised = new Localised(this, demoArea);
  /** Whether the newer version was put off. */
  @state() private isPutOff = false;
  @state() private isUnderstood = isNoticeUnderstood();
  @state() private hasPicture = false;
  @state() private current: Tab['name'] = 'recognise';
  @state() private loaded: ReadonlySet<string> = new Set();
  @state() private failed: string | undefined;
  @state() private theme: Theme = storedTheme();
  /** Manifest that the Train or Models tab offers to Recognise. */
  @state() private model: string | null = null;
  /** Images that the Train tab offers to Evaluate. */
  @state() private data: EvaluateDataDetail | null = null;

  constructor() {
    super();
    followCopy(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyTheme(this.theme);
    globalThis.addEventListener('hashchange', this.followAddress);
    this.addEventListener('qcs-use-model', this.onUseModel);
    this.addEventListener('qcs-evaluate-data', this.onEvaluateData);
    this.addEventListener('qcs-status', this.onStatus);
    this.followAddress();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    globalThis.removeEventListener('hashchange', this.followAddress);
    this.removeEventListener('qcs-use-model', this.onUseModel);
    this.removeEventListener('qcs-evaluate-data', this.onEvaluateData);
    this.removeEventListener('qcs-status', this.onStatus);
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    const theme = words.text('theme', { theme: words.text(`theme.${this.theme}`) });
    return html`<header>
        <h1><img src=${`${import.meta.env.BASE_URL}favicon.svg`} alt="" />QCS-FER</h1>
        <div role="tablist" aria-label=${words.text('tabs')} @keydown=${this.onKeydown}>
          ${TABS.map((tab) => this.renderTab(tab))}
        </div>
        <div class="choices">
          ${this.renderLanguages()}
          <button type="button" class="quiet theme" title=${theme} aria-label=${theme} @click=${this.switchTheme}>
            ${icon(THEME_ICONS[this.theme])}
          </button>
        </div>
      </header>
      <div class="notices">${this.renderUpdate()}${this.renderFirstUse()}</div>
      <main>${TABS.map((tab) => this.renderPanel(tab))}</main>`;
  }

  /** Offered, never forced: a recording or a training would be lost. */
  private renderUpdate(): TemplateResult | typeof nothing {
    if (!offlineCopy.hasUpdate || this.isPutOff) return nothing;
    const { words } = this.localised;
    return notice(words.text('updateReady'), {
      actions: html`<button type="button" class="primary" @click=${() => void offlineCopy.update()}>
          ${words.text('updateNow')}
        </button>
        <button type="button" @click=${() => (this.isPutOff = true)}>${words.text('later')}</button>`,
    });
  }

  /** Before the first picture, and out of its way. */
  private renderFirstUse(): TemplateResult | typeof nothing {
    if (this.isUnderstood || this.hasPicture || this.current !== 'recognise') return nothing;
    const { words } = this.localised;
    const understand = () => {
      understandNotice();
      this.isUnderstood = true;
    };
    return notice(html`${words.text('firstUse')} <a href="#about-use">${words.text('firstUseMore')}</a>`, {
      icon: 'lock',
      actions: html`<button type="button" @click=${understand}>${words.text('firstUseUnderstood')}</button>`,
    });
  }

  private renderLanguages(): TemplateResult {
    const chosen = currentLanguage();
    return html`<select
      aria-label=${this.localised.words.text('language')}
      @change=${(event: Event) => chooseLanguage(valueOf(event) as Language)}
    >
      ${Object.entries(LANGUAGES).map(
        ([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === chosen}>${name}</option>`,
      )}
    </select>`;
  }

  private renderTab({ name }: Tab): TemplateResult {
    const selected = name === this.current;
    return html`<button
      type="button"
      role="tab"
      id="tab-${name}"
      aria-controls="panel-${name}"
      aria-selected=${selected}
      tabindex=${selected ? 0 : -1}
      @click=${() => this.go(name)}
    >
      ${this.localised.words.text(`tab.${name}`)}
    </button>`;
  }

  private renderPanel(tab: Tab): TemplateResult {
    const { name } = tab;
    return html`<div
      class="panel ${tab.scrolls ? 'scrolls' : ''}"
      role="tabpanel"
      id="panel-${name}"
      aria-labelledby="tab-${name}"
      lang=${tab.isTranslated ? nothing : 'en'}
      dir=${tab.isTranslated ? nothing : 'ltr'}
      tabindex=${tab.scrolls ? 0 : nothing}
      ?hidden=${name !== this.current}
    >
      ${this.renderContent(tab)}
    </div>`;
  }

  private renderContent(tab: Tab): TemplateResult {
    if (this.loaded.has(tab.name))
      return tab.content({ model: this.model, data: this.data, active: tab.name === this.current });
    const { words } = this.localised;
    if (this.failed !== tab.name) return html`<p class="waiting">${words.text('loading')}</p>`;
    return html`<div class="failed">
      <p>${words.text('partFailed')}</p>
      <button type="button" class="primary" @click=${() => void this.load(tab)}>${words.shared('tryAgain')}</button>
    </div>`;
  }

  private go(name: string): void {
    history.pushState(null, '', `#${name}`);
    this.followAddress();
  }

  /** `#about-privacy` opens the tab `about` at its part `privacy`. */
  private readonly followAddress = (): void => {
    const [wanted = '', part] = location.hash.slice(1).split('-');
    const tab = TABS.find(({ name }) => name === wanted) ?? TABS[0];
    if (tab === undefined) return;
    this.current = tab.name;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector(`#tab-${tab.name}`)?.scrollIntoView({ block: 'nearest' }),
    );
    void this.load(tab, part);
  };

  private async load(tab: Tab, part?: string): Promise<void> {
    this.failed = undefined;
    try {
      await tab.load();
      this.loaded = new Set(this.loaded).add(tab.name);
      // Recognise says itself when its model is there.
      if (tab.name !== 'recognise') offlineCopy.soon();
    } catch {
      this.failed = tab.name;
    }
    await this.updateComplete;
    if (part !== undefined) this.scrollToPart(tab, part);
  }

  private scrollToPart(tab: Tab, part: string): void {
    const content = this.renderRoot.querySelector(`#panel-${tab.name}`)?.firstElementChild;
    requestAnimationFrame(() => content?.shadowRoot?.getElementById(part)?.scrollIntoView({ block: 'nearest' }));
  }

  private readonly onKeydown = (event: KeyboardEvent): void => {
    const index = TABS.findIndex(({ name }) => name === this.current);
    const forward = getComputedStyle(this).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const targets: Readonly<Record<string, number>> = {
      [forward]: (index + 1) % TABS.length,
      [backward]: (index - 1 + TABS.length) % TABS.length,
      Home: 0,
      End: TABS.length - 1,
    };
    const target = TABS[targets[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    this.go(target.name);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${target.name}`)?.focus();
  };

  private readonly switchTheme = (): void => {
    this.theme = nextTheme(this.theme);
    applyTheme(this.theme);
  };

  private readonly onStatus = (event: CustomEvent<StatusDetail>): void => {
    this.hasPicture = event.detail.status !== 'idle';
  };

  private readonly onUseModel = (event: CustomEvent<UseModelDetail>): void => {
    this.model = event.detail.model;
    this.go('recognise');
  };

  private readonly onEvaluateData = (event: CustomEvent<EvaluateDataDetail>): void => {
    this.data = event.detail;
    this.go('evaluate');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo': QcsDemo;
  }
}
