/** The tables of an evaluation: main figures, two models against each other, groups. Plain templates, for the tab and the printed page. */
import { html, nothing, type TemplateResult } from 'lit';
import { pValue } from '../../base/format.js';
import type { Gap, GroupReport } from '../../evaluation/groups.js';
import type { PairedComparison } from '../../evaluation/mcnemar.js';
import { isVoted, type ModelOutcome, type RunOutcome } from '../../evaluation/protocol.js';
import { displayName, isolated } from '../../expressions.js';
import { CALIBRATION_BINS } from '../../evaluation/calibration.js';
import { exactPercent, measured, points, range } from '../ui/measured.js';
import { table } from '../ui/table.js';
import { MODEL_COLOURS } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';
import type { EvaluateWords } from './evaluate-words.js';

/** `qcs-mobile 1.0.0`, as it is shown, with A and B before two of the same name. */
export function modelNames(models: readonly ModelOutcome[]): readonly string[] {
  const names = models.map(({ model }) => isolated(`${model.id} ${model.version}`));
  return new Set(names).size === names.length ? names : names.map((name, index) => `${'AB'[index]}: ${name}`);
}

/** A line in the model's colour beside its name. */
export function modelKey(name: string, index: number): TemplateResult {
  return html`<span
      class=${index === 0 ? 'swatch' : 'swatch second'}
      ${styled({ '--_series': MODEL_COLOURS[index] })}
    ></span
    >${name}`;
}

/** Accuracy and its relatives, a column a model. */
export function figureTable(models: readonly ModelOutcome[], words: EvaluateWords): TemplateResult {
  const names = modelNames(models);
  const row = (title: string, cell: (model: ModelOutcome) => unknown) =>
    html`<tr>
      <th scope="row">${title}</th>
      ${models.map((model) => html`<td><bdi>${cell(model)}</bdi></td>`)}
    </tr>`;
  return html`<div class="scroll figures">
    <table>
      ${
        models.length < 2
          ? nothing
          : html`<thead>
              <tr>
                <td></td>
                ${names.map((name, index) => html`<th scope="col">${modelKey(name, index)}</th>`)}
              </tr>
            </thead>`
      }
      <tbody>
        ${row(words.text('accuracy'), ({ report }) => measured(report.accuracy, words))}
        ${row(words.text('macroRecall'), ({ report }) => measured(report.macroRecall, words))}
        ${row(words.text('calibrationError', { bins: CALIBRATION_BINS }), ({ report }) =>
          report.details === undefined
            ? exactPercent(report.expectedCalibrationError, words)
            : measured(report.details.calibration.error, words),
        )}
        ${row(words.text('withoutDuplicates'), ({ report: { withoutDuplicates } }) => [
          measured(withoutDuplicates.accuracy, words),
          html` <small>${words.text('ofImages', { count: withoutDuplicates.n })}</small>`,
        ])}
        ${row(words.text('images'), ({ report }) => words.number(report.n))}
        ${row(words.text('timeAnImage'), ({ report }) => words.text('milliseconds', { time: words.number(report.msPerImage, 1) }))}
        ${
          models.some(({ unreadable }) => unreadable.length > 0)
            ? row(words.text('unreadable'), ({ unreadable }) => words.number(unreadable.length))
            : nothing
        }
      </tbody>
    </table>
  </div>`;
}

/** In words: which of two models is better, and whether that could be chance. */
export function comparisonText(
  comparison: PairedComparison,
  names: readonly string[],
  words: EvaluateWords,
): TemplateResult {
  const { n, onlyFirstRight, onlySecondRight, difference, midP, exactP } = comparison;
  const verdict =
    midP >= 0.05 ? words.text('notApart') : words.text('better', { name: difference.value > 0 ? names[0] : names[1] });
  const figures = words.text('comparison', {
    count: n,
    first: onlyFirstRight,
    second: onlySecondRight,
    firstModel: names[0],
    secondModel: names[1],
    points: points(difference.value, words),
    interval: range(difference, words),
    mid: pValue(midP),
    exact: pValue(exactP),
  });
  return html`<p class="verdict"><strong>${verdict}</strong> ${figures}</p>`;
}

/** Accuracy by group for one attribute of one model. */
export function groupTable(attribute: string, report: GroupReport, words: EvaluateWords): TemplateResult {
  const opportunity = report.equalOpportunityDifference;
  const gap = gapText(opportunity, words);
  return html`<h4>${displayName(attribute)}</h4>
    <div class="scroll figures">
      ${table(
        [words.text('group'), words.text('accuracy'), words.text('images')],
        Object.entries(report.groups).map(([name, { n, accuracy }]) => [
          isolated(name),
          measured(accuracy, words),
          words.number(n),
        ]),
      )}
    </div>
    <p>
      ${words.text('largestGap', { gap: gapText(report.largestGap, words) })}
      ${
        opportunity === null
          ? words.text('opportunity', { gap })
          : words.text('opportunityFor', { gap, class: words.expression(opportunity.class) })
      }
    </p>`;
}

function gapText(gap: Gap | null, words: EvaluateWords): string {
  if (gap === null) return words.text('gapUnknown');
  const { difference, highest, lowest, p } = gap;
  return words.text('gap', {
    points: points(difference.value, words),
    interval: range(difference, words),
    highest: isolated(highest),
    lowest: isolated(lowest),
    p: pValue(p),
  });
}

/** What was measured on what. */
export function runDescription(
  { request, layout, backend, backendReason, photos }: RunOutcome,
  words: EvaluateWords,
): TemplateResult {
  const computed = !isVoted(layout) ? 'computed' : request.rule === 'majority' ? 'computedMajority' : 'computedMost';
  const what = words.text(computed, {
    split: words.text(`split.${request.split}`),
    backend: backend === 'webgpu' ? 'WebGPU' : 'WebAssembly',
  });
  return html`${what} <bdi lang="en">${backendReason}</bdi> ${words.text('intervals')} ${photosText(photos, words)}`;
}

function photosText(photos: RunOutcome['photos'], words: EvaluateWords): string {
  if (photos === null) return '';
  const namesOf = (files: readonly string[]) => ({ names: words.list(files.map(isolated), 'plain') });
  const { withoutFace, withSeveral } = photos;
  return [
    words.text('facesCut'),
    ...(withoutFace.length === 0 ? [] : [words.text('withoutFace', namesOf(withoutFace))]),
    ...(withSeveral.length === 0 ? [] : [words.text('withSeveral', namesOf(withSeveral))]),
  ].join(' ');
}
