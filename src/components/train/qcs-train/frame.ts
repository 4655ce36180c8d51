/** What stands around the steps of `<qcs-train>`: the rail, and what is to be known of the storage. */
import { html, nothing, type TemplateResult } from 'lit';
import { notice } from '../../ui/notice.js';

export type Step = 'collect' | 'train' | 'result';
const STEPS: readonly (readonly [Step, string])[] = [
  ['collect', 'Collect'],
  ['train', 'Train'],
  ['result', 'Compare and use'],
];

/** The steps as buttons. */
export function rail(current: Step, closed: (step: Step) => boolean, go: (step: Step) => void): TemplateResult {
  return html`<ol part="rail">
    ${STEPS.map(
      ([name, title]) =>
        html`<li>
          <button
            type="button"
            aria-current=${name === current ? 'step' : nothing}
            ?disabled=${closed(name)}
            @click=${() => go(name)}
          >
            ${title}
          </button>
        </li>`,
    )}
  </ol>`;
}

/**
 * @param missing images that went with a damaged list
 * @param stored false where all lives in memory
 * @param persistent whether the browser promised to keep what is stored; null where nobody asked yet
 */
export function storageNotices(missing: number, stored: boolean, persistent: boolean | null): TemplateResult {
  return html`${
    missing > 0
      ? notice(`The list of your images was rebuilt. ${missing} of them are gone.`, { icon: 'warning' })
      : nothing
  }
  ${
    stored
      ? nothing
      : notice(
          'This browser refuses to store data for this page: images, runs and models are lost when it is closed.',
          {
            icon: 'warning',
          },
        )
  }
  ${
    persistent === false && stored
      ? notice('The browser may delete stored images when space runs low. Export what you want to keep.', {
          icon: 'lock',
        })
      : nothing
  }`;
}
