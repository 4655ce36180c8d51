/** The settings of a run that most people leave as they are, in plain words with the published terms one hover away. */
import { css, html, type TemplateResult } from 'lit';
import { checkbox, numberOf, selectField } from '../ui/form.js';
import type { RunSettings } from './train-settings-model.js';

const FAMILIES = [
  ['last', 'Adjust the last layer'],
  ['base', 'Each face by itself'],
  ['dcs', 'Faces in pairs'],
  ['qcs', 'Faces in fours'],
] as const;

const BACKENDS = [
  ['auto', 'Automatic'],
  ['webgpu', 'Graphics card'],
  ['wasm', 'Processor'],
] as const;

/** What makes a run, as the list of changes names it. */
const CHANGE_WORDS = {
  mode: 'how much',
  family: 'how it learns',
  epochs: 'rounds',
  learningRate: 'size of a step',
  sam: 'looking around',
  seed: 'number for chance',
} as const satisfies Partial<Record<keyof RunSettings, string>>;

/** A setting that makes a run what it is. */
export type RunSetting = keyof typeof CHANGE_WORDS;

export function changedSettings(settings: RunSettings, before: RunSettings): readonly RunSetting[] {
  return (Object.keys(CHANGE_WORDS) as RunSetting[]).filter((key) => settings[key] !== before[key]);
}

export function changeWords(changed: readonly RunSetting[]): readonly string[] {
  return changed.map((key) => CHANGE_WORDS[key]);
}

export const moreSettingsStyles = css`
  .explained {
    display: flex;
    align-items: end;
    gap: 8px;
  }
  .explained qcs-term {
    margin-block-end: 8px;
  }
  .explained:has(.check) qcs-term {
    margin-block-end: 0;
  }
  .changed {
    padding-inline-start: 8px;
    border-inline-start: 3px solid var(--_accent);
  }
  input[type='number'] {
    box-sizing: border-box;
    inline-size: 100%;
    min-inline-size: 9em;
  }
`;

/** @param changed what differs from the run that is run again */
export function moreSettings(
  settings: RunSettings,
  changed: readonly RunSetting[],
  set: (change: Partial<RunSettings>) => void,
): TemplateResult {
  const { family, backend, epochs, learningRate, sam, mode, seed, pauseWhenHidden } = settings;
  const explained = (field: TemplateResult, about: string, term: string, key?: RunSetting) =>
    html`<div class=${key !== undefined && changed.includes(key) ? 'explained changed' : 'explained'}>
      ${field}<qcs-term about=${about}>${term}</qcs-term>
    </div>`;
  return html`<div class="fields">
    ${explained(
      selectField('How it learns', FAMILIES, family, (name) => set({ family: name })),
      'how it learns',
      'The last layer: softmax regression, fitted in seconds. The others go step by step: cross-entropy of the base branch, dual cross similarity (DCS), quadruplet cross similarity (QCS).',
      'family',
    )}
    ${explained(
      selectField('What computes', BACKENDS, backend, (name) => set({ backend: name })),
      'what computes',
      'The backend: WebGPU on the graphics card, WebAssembly on the processor. Automatic takes the graphics card where there is a real one.',
    )}
    ${explained(
      numberField('Rounds over the faces', epochs, { min: 1, max: 1000 }, (value) => set({ epochs: value })),
      'rounds over the faces',
      'Epochs. The last layer needs none.',
      'epochs',
    )}
    ${explained(
      numberField('Size of a step', learningRate, { min: 1e-6, max: 1 }, (value) => set({ learningRate: value })),
      'the size of a step',
      'The learning rate at its largest; it rises at first and falls towards the end.',
      'learningRate',
    )}
    ${explained(
      numberField('Number for chance', seed, { min: 0, max: 2 ** 32 - 1 }, (value) => set({ seed: value ?? 1 })),
      'the number for chance',
      'The seed: the same number with the same faces and settings makes the same choices.',
      'seed',
    )}
    ${explained(
      checkbox('Look around before each step', sam ?? mode === 'full', (on) => set({ sam: on })),
      'looking around before each step',
      'Sharpness-aware minimisation (SAM): steps go where the surroundings are good, too. Each takes twice as long.',
      'sam',
    )}
    ${checkbox('Pause while this tab is hidden', pauseWhenHidden, (on) => set({ pauseWhenHidden: on }))}
  </div>`;
}

/** Empty is automatic: null. */
function numberField(
  title: string,
  value: number | null,
  { min, max }: { readonly min: number; readonly max: number },
  change: (value: number | null) => void,
): TemplateResult {
  return html`<label class="field">
    ${title}
    <input
      type="number"
      min=${min}
      max=${max}
      step=${max > 1 ? 1 : 'any'}
      placeholder="automatic"
      .value=${value === null ? '' : String(value)}
      @change=${(event: Event) => change(numberOf(event))}
    />
  </label>`;
}
