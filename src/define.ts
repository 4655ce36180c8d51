/** Registers the custom elements. The one entry of the library with a side effect; safe to load twice and on a server. */
export { configure } from './assets.js';
export { registerMessages } from './messages/store.js';
import { QcsControls } from './components/recognise/media-controls.js';
import { QcsExpressionTimeline } from './components/recognise/expression-timeline/expression-timeline.js';
import { QcsFaceOverlay } from './components/recognise/face-overlay/face-overlay.js';
import { QcsFaceReading } from './components/recognise/face-reading.js';
import { QcsFer } from './components/recognise/qcs-fer/qcs-fer.js';
import { QcsGroupSummary } from './components/recognise/people/group-summary.js';
import { QcsPeopleStrip } from './components/recognise/people/people-strip.js';
import { QcsPictureExport } from './components/recognise/people/picture-export.js';
import { QcsProbabilityBars } from './components/recognise/probability-bars.js';
import { QcsShortcutHelp } from './components/recognise/shortcuts/shortcut-help.js';
import { QcsStageConsent } from './components/recognise/stage-consent.js';
import { QcsStageFault } from './components/recognise/stage-fault/stage-fault.js';
import { QcsStageInvitation } from './components/recognise/stage-invitation.js';
import { QcsWhyThis } from './components/recognise/why-this/why-this.js';
import { QcsStageLoading } from './components/recognise/stage-loading.js';

export {
  QcsControls,
  QcsExpressionTimeline,
  QcsFaceOverlay,
  QcsFaceReading,
  QcsFer,
  QcsGroupSummary,
  QcsPeopleStrip,
  QcsPictureExport,
  QcsProbabilityBars,
  QcsShortcutHelp,
  QcsStageConsent,
  QcsStageFault,
  QcsStageInvitation,
  QcsStageLoading,
  QcsWhyThis,
};

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-controls': QcsControls,
  'qcs-expression-timeline': QcsExpressionTimeline,
  'qcs-face-overlay': QcsFaceOverlay,
  'qcs-face-reading': QcsFaceReading,
  'qcs-group-summary': QcsGroupSummary,
  'qcs-people-strip': QcsPeopleStrip,
  'qcs-picture-export': QcsPictureExport,
  'qcs-probability-bars': QcsProbabilityBars,
  'qcs-shortcut-help': QcsShortcutHelp,
  'qcs-stage-consent': QcsStageConsent,
  'qcs-stage-fault': QcsStageFault,
  'qcs-stage-invitation': QcsStageInvitation,
  'qcs-stage-loading': QcsStageLoading,
  'qcs-why-this': QcsWhyThis,
  'qcs-fer': QcsFer,
};

/** Defines every element that the page has not defined already. */
export function defineElements(registry: CustomElementRegistry): void {
  for (const [name, element] of Object.entries(ELEMENTS)) {
    if (registry.get(name) === undefined) registry.define(name, element);
  }
}

if (typeof customElements !== 'undefined') defineElements(customElements);
