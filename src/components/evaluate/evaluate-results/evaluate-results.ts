/** Everything that an evaluation found, the confusion matrix in the middle. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RunOutcome } from '../../../evaluation/protocol.js';
import { evaluateArea } from '../../../messages/evaluate/area.js';
import type { ConfusionCell } from '../../ui/charts/confusion-matrix.js';
import { comparisonText, figureTable, groupTable, modelKey, modelNames, runDescription } from '../evaluate-figures.js';
import { resultStyles } from './evaluate-results.styles.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { openReportPage } from '../report-page.js';
import { saveFile } from '../../ui/save-file.js';
import type { Thumbnails } from '../../ui/thumbnails.js';
import { MODEL_COLOURS, buttonStyles, tokens } from '../../ui/tokens.js';
import { styled } from '../../ui/styled.js';
import type { EvaluateWords } from '../evaluate-words.js';

/** Results of one or two models. */
export class QcsEvaluateResults extends LitElement {
  static override readonly styles = [tokens, buttonStyles, resultStyles];

  @property({ attribute: false }) outcome: RunOutcome | null = null;
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  private readonly localised = new Localised(this, evaluateArea);
  @state() private chosen: { readonly model: number; readonly cell: ConfusionCell } | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('outcome')) this.chosen = null;
  }

  protected override render(): readonly (TemplateResult | typeof nothing)[] | typeof nothing {
    const { outcome } = this;
    if (outcome === null) return nothing;
    return [
      this.renderFigures(outcome),
      html`<div class=${outcome.models.length > 1 ? 'column wide' : 'column'}>
        ${this.renderConfusion(outcome)} ${this.renderImages(outcome)} ${this.renderSelective(outcome)}
      </div>`,
      html`<div class=${outcome.models.length > 1 ? 'row wide' : 'column'}>
        ${this.renderClasses(outcome)} ${this.renderReliability(outcome)}
      </div>`,
      this.renderRobustness(outcome),
      this.renderGroups(outcome),
    ];
  }

  private renderFigures(outcome: RunOutcome): TemplateResult {
    const names = modelNames(outcome.models);
    const { words } = this.localised;
    return html`<section class="wide" aria-label=${words.text('mainFigures')}>
      <header>
        <h3>${words.list(names, 'and')}</h3>
        <div class="actions">
          <button type="button" @click=${() => this.downloadJson()}>${icon('download')}JSON</button>
          <button type="button" @click=${() => openReportPage(outcome, words)}>
            ${icon('print')}${words.text('print')}
          </button>
        </div>
      </header>
      ${figureTable(outcome.models, words)}
      ${outcome.comparison === null ? nothing : comparisonText(outcome.comparison, names, words)}
      <p class="run">${runDescription(outcome, words)}</p>
    </section>`;
  }

  private renderConfusion({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    const { chosen } = this;
    const { words } = this.localised;
    return html`<section aria-label=${words.text('confusion')}>
      <h3>${words.text('confusionTitle')}</h3>
      <p>${words.text('confusionHow')}</p>
      <div class="pair">
        ${models.map(
          ({ classes, report }, model) =>
            html`<div>
              ${modelHead(names, model)}
              <qcs-confusion-matrix
                label=${words.text('matrixOf', { name: names[model] })}
                .classes=${classes}
                .counts=${report.confusion}
                .selected=${chosen?.model === model ? chosen.cell : null}
                @qcs-confusion-cell=${(event: CustomEvent<ConfusionCell>) => (this.chosen = { model, cell: event.detail })}
              ></qcs-confusion-matrix>
            </div>`,
        )}
      </div>
    </section>`;
  }

  private renderImages({ models }: RunOutcome): TemplateResult | typeof nothing {
    const { chosen } = this;
    if (chosen === null) return nothing;
    const { classes, answers } = models[chosen.model];
    const { label, predicted } = chosen.cell;
    return html`<section aria-label=${this.localised.words.text('images')}>
      <qcs-evaluate-images
        .classes=${classes}
        .answers=${answers.filter((answer) => answer.label === label && answer.predicted === predicted)}
        .thumbnails=${this.thumbnails}
        @qcs-evaluate-close=${() => (this.chosen = null)}
      ></qcs-evaluate-images>
    </section>`;
  }

  private renderClasses({ models }: RunOutcome): TemplateResult {
    const intervals = models.flatMap(({ report }) => (report.details === undefined ? [] : [report.details.perClass]));
    const { words } = this.localised;
    return html`<section aria-label=${words.text('byClass')}>
      <h3>${words.text('byClass')}</h3>
      <qcs-class-bars .models=${intervals}></qcs-class-bars>
    </section>`;
  }

  private renderReliability({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    const { words } = this.localised;
    return html`<section aria-label=${words.text('calibration')}>
      <h3>${words.text('calibrationTitle')}</h3>
      <p>${words.text('calibrationHow')}</p>
      <div class="pair small">
        ${models.map(
          ({ report, model }, index) =>
            html`<div ${styled({ '--_series': MODEL_COLOURS[index] })}>
              ${modelHead(names, index)}
              <qcs-reliability-diagram .bins=${report.details?.calibration.bins ?? []}></qcs-reliability-diagram>
              <p>${temperatureText(model.temperature, report.details?.calibration.bestTemperature ?? null, words)}</p>
            </div>`,
        )}
      </div>
    </section>`;
  }

  private renderSelective({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    const { words } = this.localised;
    return html`<section aria-label=${words.text('surest')}>
      <h3>${words.text('surestTitle')}</h3>
      <p>${words.text('surestHow')}</p>
      <div class="pair small">
        ${models.map(
          ({ report }, index) =>
            html`<div ${styled({ '--_series': MODEL_COLOURS[index] })}>
              ${modelHead(names, index)}
              <qcs-selective-curve .points=${report.details?.selective ?? []}></qcs-selective-curve>
            </div>`,
        )}
      </div>
    </section>`;
  }

  private renderRobustness({ models, request }: RunOutcome): TemplateResult | typeof nothing {
    if (models.every(({ report }) => report.corruptions === undefined)) return nothing;
    const names = modelNames(models);
    const { words } = this.localised;
    return html`<section class="wide" aria-label=${words.text('robustness')}>
      <h3>${words.text('robustnessTitle')}</h3>
      <p>
        ${models.length > 1 ? names.map((name, index) => html`${modelKey(name, index)}&ensp;`) : nothing}
        ${words.text('robustnessHow', { count: request.corruptionImages })}
      </p>
      <qcs-robustness-curves
        .models=${models.map(({ report }, index) => ({ name: names[index], report }))}
      ></qcs-robustness-curves>
    </section>`;
  }

  private renderGroups({ models }: RunOutcome): TemplateResult | typeof nothing {
    if (models.every(({ report }) => report.groups === undefined)) return nothing;
    const names = modelNames(models);
    const { words } = this.localised;
    return html`<section class="wide" aria-label=${words.text('groups')}>
      <h3>${words.text('byGroup')}</h3>
      <div class="pair">
        ${models.map(
          ({ report }, index) =>
            html`<div>
              ${modelHead(names, index)}
              ${Object.entries(report.groups ?? {}).map(([attribute, groups]) => groupTable(attribute, groups, words))}
            </div>`,
        )}
      </div>
    </section>`;
  }

  private downloadJson(): void {
    const { outcome } = this;
    if (outcome === null) return;
    const { models, ...run } = outcome;
    const results = {
      ...run,
      models: models.map(({ model, report, unreadable }) => ({ model, ...report, unreadable })),
    };
    const name = `evaluation-${models.map(({ model }) => model.id).join('-')}.json`;
    saveFile(name, new Blob([`${JSON.stringify(results, null, 2)}\n`], { type: 'application/json' }));
  }
}

/** Which model a chart is of, where there are two. */
function modelHead(names: readonly string[], index: number): TemplateResult | typeof nothing {
  return names.length > 1 ? html`<h4>${modelKey(names[index], index)}</h4>` : nothing;
}

function temperatureText(temperature: number, best: number | null, words: EvaluateWords): string {
  const used = words.number(temperature, 2);
  return best === null
    ? words.text('temperature', { used })
    : words.text('temperatureBest', { used, best: words.number(best, 2) });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-results': QcsEvaluateResults;
  }
}
