/** Everything that an evaluation found, the confusion matrix in the middle. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RunOutcome } from '../../../evaluation/protocol.js';
import type { ConfusionCell } from '../../ui/charts/confusion-matrix.js';
import { comparisonText, figureTable, groupTable, modelKey, modelNames, runDescription } from '../evaluate-figures.js';
import { resultStyles } from './evaluate-results.styles.js';
import { icon } from '../../ui/icons.js';
import { openReportPage } from '../report-page.js';
import { saveFile } from '../../ui/save-file.js';
import type { Thumbnails } from '../../ui/thumbnails.js';
import { MODEL_COLOURS, buttonStyles, tokens } from '../../ui/tokens.js';
import { styled } from '../../ui/styled.js';

/** Results of one or two models. */
export class QcsEvaluateResults extends LitElement {
  static override readonly styles = [tokens, buttonStyles, resultStyles];

  @property({ attribute: false }) outcome: RunOutcome | null = null;
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
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
    return html`<section class="wide" aria-label="Main figures">
      <header>
        <h3>${names.join(' and ')}</h3>
        <div class="actions">
          <button type="button" @click=${() => this.downloadJson()}>${icon('download')}JSON</button>
          <button type="button" @click=${() => openReportPage(outcome)}>${icon('print')}Page to print</button>
        </div>
      </header>
      ${figureTable(outcome.models)}
      ${outcome.comparison === null ? nothing : comparisonText(outcome.comparison, names)}
      <p class="run">${runDescription(outcome)}</p>
    </section>`;
  }

  private renderConfusion({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    const { chosen } = this;
    return html`<section aria-label="Confusion">
      <h3>What is taken for what</h3>
      <p>Choose a cell to see its images.</p>
      <div class="pair">
        ${models.map(
          ({ classes, report }, model) =>
            html`<div>
              ${modelHead(names, model)}
              <qcs-confusion-matrix
                label=${`Confusion matrix of ${names[model]}`}
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
    return html`<section aria-label="Images">
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
    return html`<section aria-label="By class">
      <h3>By class</h3>
      <qcs-class-bars .models=${intervals}></qcs-class-bars>
    </section>`;
  }

  private renderReliability({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    return html`<section aria-label="Calibration">
      <h3>Can its confidence be trusted?</h3>
      <p>On the dashed line the model is right as often as it says. Below: how many images have that confidence.</p>
      <div class="pair small">
        ${models.map(
          ({ report, model }, index) =>
            html`<div ${styled({ '--_series': MODEL_COLOURS[index] })}>
              ${modelHead(names, index)}
              <qcs-reliability-diagram .bins=${report.details?.calibration.bins ?? []}></qcs-reliability-diagram>
              <p>${temperatureText(model.temperature, report.details?.calibration.bestTemperature ?? null)}</p>
            </div>`,
        )}
      </div>
    </section>`;
  }

  private renderSelective({ models }: RunOutcome): TemplateResult {
    const names = modelNames(models);
    return html`<section aria-label="Surest answers">
      <h3>Is it right where it is sure?</h3>
      <p>Accuracy when only the surest images are answered and the others left open. Bands are 95 % intervals.</p>
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
    return html`<section class="wide" aria-label="Robustness">
      <h3>Accuracy on damaged images</h3>
      <p>
        ${models.length > 1 ? names.map((name, index) => html`${modelKey(name, index)}&ensp;`) : nothing} Strength 0 is
        the whole data set; the others are at most ${request.corruptionImages} images of it, always the same. Bands are
        95 % intervals.
      </p>
      <qcs-robustness-curves
        .models=${models.map(({ report }, index) => ({ name: names[index], report }))}
      ></qcs-robustness-curves>
    </section>`;
  }

  private renderGroups({ models }: RunOutcome): TemplateResult | typeof nothing {
    if (models.every(({ report }) => report.groups === undefined)) return nothing;
    const names = modelNames(models);
    return html`<section class="wide" aria-label="Groups">
      <h3>By group</h3>
      <div class="pair">
        ${models.map(
          ({ report }, index) =>
            html`<div>
              ${modelHead(names, index)}
              ${Object.entries(report.groups ?? {}).map(([attribute, groups]) => groupTable(attribute, groups))}
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

function temperatureText(used: number, best: number | null): string {
  const now = `Temperature ${used.toFixed(2)}.`;
  return best === null
    ? now
    : `${now} These labels would be most likely at ${best.toFixed(2)}; fit it on validation data only.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-results': QcsEvaluateResults;
  }
}
