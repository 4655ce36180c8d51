/** The tables of an evaluation: main figures, two models against each other, groups. Plain templates, for the tab and the printed page. */
import { html, nothing, type TemplateResult } from 'lit';
import { pValue } from '../../base/format.js';
import type { Gap, GroupReport } from '../../evaluation/groups.js';
import type { PairedComparison } from '../../evaluation/mcnemar.js';
import { isVoted, type ModelOutcome, type RunOutcome } from '../../evaluation/protocol.js';
import { displayName, isolated } from '../../expressions.js';
import { exactPercent, measured, points, range } from '../ui/measured.js';
import { table } from '../ui/table.js';
import { MODEL_COLOURS } from '../ui/tokens.js';
import { className } from '../ui/words.js';
import { styled } from '../ui/styled.js';

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
export function figureTable(models: readonly ModelOutcome[]): TemplateResult {
  const names = modelNames(models);
  const row = (title: string, cell: (model: ModelOutcome) => unknown) =>
    html`<tr>
      <th scope="row">${title}</th>
      ${models.map((model) => html`<td><bdi dir="ltr">${cell(model)}</bdi></td>`)}
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
        ${row('Accuracy', ({ report }) => measured(report.accuracy))}
        ${row('Macro recall, every class counts alike', ({ report }) => measured(report.macroRecall))}
        ${row('Calibration error, 15 bins', ({ report }) =>
          report.details === undefined
            ? exactPercent(report.expectedCalibrationError)
            : measured(report.details.calibration.error),
        )}
        ${row('Accuracy without images of an earlier split', ({ report: { withoutDuplicates } }) => [
          measured(withoutDuplicates.accuracy),
          html` <small>of ${withoutDuplicates.n.toLocaleString('en')} images</small>`,
        ])}
        ${row('Images', ({ report }) => report.n.toLocaleString('en'))}
        ${row('Time an image', ({ report }) => `${report.msPerImage.toFixed(1)} ms`)}
        ${
          models.some(({ unreadable }) => unreadable.length > 0)
            ? row('Images that could not be read', ({ unreadable }) => unreadable.length)
            : nothing
        }
      </tbody>
    </table>
  </div>`;
}

/** In words: which of two models is better, and whether that could be chance. */
export function comparisonText(comparison: PairedComparison, names: readonly string[]): TemplateResult {
  const { n, onlyFirstRight, onlySecondRight, difference, midP, exactP } = comparison;
  const verdict =
    midP >= 0.05
      ? 'The two cannot be told apart on these images.'
      : `${difference.value > 0 ? names[0] : names[1]} is better, and chance alone would rarely show such a difference.`;
  return html`<p class="verdict">
    <strong>${verdict}</strong> On ${n.toLocaleString('en')} images ${onlyFirstRight} are right with ${names[0]} alone
    and ${onlySecondRight} with ${names[1]} alone: a difference of ${points(difference.value)} points (95 % interval
    ${range(difference)}). McNemar's test: mid-${pValue(midP)}, exact ${pValue(exactP)}.
  </p>`;
}

/** Accuracy by group for one attribute of one model. */
export function groupTable(attribute: string, report: GroupReport): TemplateResult {
  const opportunity = report.equalOpportunityDifference;
  return html`<h4>${displayName(attribute)}</h4>
    <div class="scroll figures">
      ${table(
        ['Group', 'Accuracy', 'Images'],
        Object.entries(report.groups).map(([name, { n, accuracy }]) => [isolated(name), measured(accuracy), n]),
      )}
    </div>
    <p>
      Largest gap in accuracy: ${gapText(report.largestGap)}. Equal-opportunity difference (largest gap in recall of a
      class): ${gapText(opportunity)}${opportunity === null ? '' : `, for ${className(opportunity.class)}`}.
    </p>`;
}

function gapText(gap: Gap | null): string {
  if (gap === null) return 'not measurable, too few images';
  const { difference, highest, lowest, p } = gap;
  return `${points(difference.value)} points (${range(difference)}), ${isolated(highest)} above ${isolated(lowest)}; by chance alone ${pValue(p)}`;
}

/** What was measured on what. */
export function runDescription({ request, layout, backend, backendReason, photos }: RunOutcome): string {
  const rule = isVoted(layout) ? `, labels by ${request.rule === 'majority' ? 'majority' : 'most votes'}` : '';
  return `Split ${request.split}${rule}. Computed on ${backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}. ${backendReason} Intervals are 95 %.${photosText(photos)}`;
}

function namesOf(files: readonly string[]): string {
  return files.map(isolated).join(', ');
}

function photosText(photos: RunOutcome['photos']): string {
  if (photos === null) return '';
  const { withoutFace, withSeveral } = photos;
  const without = withoutFace.length === 0 ? '' : ` No face was found in ${namesOf(withoutFace)}.`;
  const several = withSeveral.length === 0 ? '' : ` Of several faces the largest was taken in ${namesOf(withSeveral)}.`;
  return ` The face of each photo was found and cut out first.${without}${several}`;
}
