/** The parts of the Evaluate tab, one by one. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import '../../../src/define-evaluate.js';
import type { ConfusionCell } from '../../../src/components/ui/charts/confusion-matrix.js';
import { reliabilityBins } from '../../../src/evaluation/calibration.js';
import { perClassIntervals } from '../../../src/evaluation/metrics.js';
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
});
