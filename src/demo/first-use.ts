/** The notice of the first visit: what happens with the picture, and what a reading is not. Shown until it was said to be understood. */
import { forget, remember, remembered } from './remembered.js';

const KEY = 'qcs-fer-notice';

export function isNoticeUnderstood(): boolean {
  return remembered(KEY) !== null;
}

export function understandNotice(): void {
  remember(KEY, 'understood');
}

/** As on a first visit. */
export function forgetNotice(): void {
  forget(KEY);
}
