/** The parts of the Evaluate tab, one by one. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import '../../../src/define-evaluate.js';
import type { ConfusionCell } from '../../../src/components/ui/charts/confusion-matrix.js';
import { reliabilityBins } from '../../../src/evaluation/calibration.js';
import { perClassIntervals } from '../../../src/evaluation/metrics.js';
import { selectiveCurve } from '../../../src/evaluation/selective.js';
import { predictionsFromCounts } from '../../unit/evaluation/support.js';

const CLASSES = ['neutral', 'happiness', 'anger'];
const COUNTS = [
  [8, 2, 0],
  [1, 9, 0],
  [0, 0, 5],
];

afterEach(() => document.body.replaceChildren());

describe('<qcs-confusion-matrix>', () => {
  let chosen: ConfusionCell[];

  async function mount() {
    const matrix = document.createElement('qcs-confusion-matrix');
    Object.assign(matrix, { classes: CLASSES, counts: COUNTS });
    chosen = [];
    matrix.addEventListener('qcs-confusion-cell', ({ detail }) => chosen.push(detail));
    document.body.append(matrix);
    await matrix.updateComplete;
    const cell = (label: number, predicted: number) =>
      matrix.shadowRoot!.querySelector<HTMLElement>(`[data-cell='${label},${predicted}']`)!;
    return { matrix, cell };
  }

  it('says in words what every cell counts', async () => {
    const { cell } = await mount();
    expect(cell(0, 1).getAttribute('aria-label')).toBe('2 of 10 neutral called happiness');
    expect(cell(0, 1).title).toMatch(/20\.0\s% \(5\.7 to 51\.0\)/);
    expect(cell(0, 1).textContent).toMatch(/2\s*20\s%/);
  });

  it('gives the cell that is clicked', async () => {
    const { cell } = await mount();
    cell(1, 0).click();
    expect(chosen).toEqual([{ label: 1, predicted: 0 }]);
  });

  it('is walked with the arrow keys, one tab stop in all, and stops at its edges', async () => {
    const { matrix, cell } = await mount();
    const press = async (key: string) => {
      matrix.shadowRoot!.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await matrix.updateComplete;
    };
    cell(0, 0).focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await press(key);
    expect(chosen).toEqual([{ label: 2, predicted: 1 }]);
    expect(matrix.shadowRoot!.activeElement).toBe(cell(2, 1));
    expect(matrix.shadowRoot!.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });
});

describe('<qcs-class-bars>', () => {
  it('shows recall, and another measure when that is chosen', async () => {
    const bars = document.createElement('qcs-class-bars');
    bars.models = [perClassIntervals(COUNTS, CLASSES)];
    document.body.append(bars);
    await bars.updateComplete;
    const values = () =>
      [...bars.shadowRoot!.querySelectorAll('.values')].map((value) => value.textContent.trim().slice(0, 5));
    expect(values().map(Number.parseFloat)).toEqual([80, 90, 100]);
    bars.shadowRoot!.querySelectorAll<HTMLElement>('[role=radio]')[1].click();
    await bars.updateComplete;
    expect(values().map(Number.parseFloat)).toEqual([88.9, 81.8, 100]);
  });
});

describe('<qcs-reliability-diagram>', () => {
  let diagram: HTMLElementTagNameMap['qcs-reliability-diagram'];

  beforeAll(async () => {
    diagram = document.createElement('qcs-reliability-diagram');
    diagram.bins = reliabilityBins(predictionsFromCounts(COUNTS));
    document.body.append(diagram);
    await diagram.updateComplete;
  });

  it('draws the bins that hold images, as high as their accuracy, and says them in words', () => {
    const [bar, ...others] = diagram.shadowRoot!.querySelectorAll('.bar');
    expect(others).toHaveLength(0);
    expect(Number(bar.getAttribute('height'))).toBeCloseTo((22 / 25) * 240, 6);
    expect(diagram.shadowRoot!.querySelector('svg')!.getAttribute('aria-label')).toContain('accuracy 88.0');
  });

  it('stands on its axes: bars begin at the line of 0 and end where their accuracy is labelled', () => {
    const root = diagram.shadowRoot!;
    const lines = [...root.querySelectorAll('.grid')].map((line) => Number(line.getAttribute('y1')));
    const labels = [...root.querySelectorAll('text[text-anchor=end]')].map(({ textContent }) => textContent);
    expect(labels).toEqual(['0', '25', '50', '75', '100']);
    const [zero, , , , full] = lines;
    const bar = root.querySelector('.bar')!;
    const [top, height] = ['y', 'height'].map((name) => Number(bar.getAttribute(name)));
    expect(top + height).toBeCloseTo(zero, 6);
    expect((zero - top) / (zero - full)).toBeCloseTo(22 / 25, 6);
  });
});

describe('<qcs-selective-curve>', () => {
  it('ends at the right edge at the accuracy of all images, and says its points in words', async () => {
    const curve = document.createElement('qcs-selective-curve');
    curve.points = selectiveCurve(predictionsFromCounts(COUNTS), 5);
    document.body.append(curve);
    await curve.updateComplete;
    const root = curve.shadowRoot!;
    const [zero, , , , full] = [...root.querySelectorAll('.grid')].map((line) => Number(line.getAttribute('y1')));
    const points = [...root.querySelectorAll('.point')];
    expect(points).toHaveLength(5);
    const last = points[4];
    const right = [...root.querySelectorAll('text[text-anchor=middle]')].find(
      ({ textContent }) => textContent === '100',
    );
    expect(last.getAttribute('cx')).toBe(right?.getAttribute('x'));
    expect((zero - Number(last.getAttribute('cy'))) / (zero - full)).toBeCloseTo(22 / 25, 6);
    expect(root.querySelector('svg')!.getAttribute('aria-label')).toMatch(/The surest 100\.0\s%.*right in 88\.0/);
  });

  it('is an empty plot with its axes for no images', async () => {
    const curve = document.createElement('qcs-selective-curve');
    document.body.append(curve);
    await curve.updateComplete;
    expect(curve.shadowRoot!.querySelectorAll('.point')).toHaveLength(0);
    expect(curve.shadowRoot!.querySelectorAll('.grid')).toHaveLength(5);
  });
});

describe('<qcs-robustness-curves>', () => {
  it('puts every accuracy over its strength and on its line, a model a curve', async () => {
    const sure = (value: number) => ({ value, low: value, high: value });
    const model = (name: string, values: readonly number[]) => ({
      name,
      report: {
        accuracy: sure(1),
        corruptions: { blur: values.map((value, at) => ({ strength: at + 1, accuracy: sure(value) })) },
      },
    });
    const curves = document.createElement('qcs-robustness-curves');
    Object.assign(curves, { models: [model('one', [1, 0.75, 0.5, 0.25, 0]), model('two', [1, 1, 1, 1, 0.5])] });
    document.body.append(curves);
    await curves.updateComplete;
    const root = curves.shadowRoot!;
    const number = (element: Element, name: string) => Number(element.getAttribute(name));
    const [zero, half, full] = [...root.querySelectorAll('.grid')].map((line) => number(line, 'y1'));
    const places = [...root.querySelectorAll('text[text-anchor=middle]')].filter(({ textContent }) =>
      /^\d$/.test(textContent),
    );
    const points = [...root.querySelectorAll('.point')];
    expect(points).toHaveLength(12);
    expect(points.slice(0, 6).map((point) => number(point, 'cx'))).toEqual(places.map((text) => number(text, 'x')));
    expect([0, 3, 5].map((at) => number(points[at], 'cy'))).toEqual([full, half, zero]);
    expect(number(points[11], 'cy')).toBe(half);
    expect(root.querySelectorAll('.line.second')).toHaveLength(1);
  });
});
