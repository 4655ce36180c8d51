/** What the elements of the report say. */
import type { Session } from '../../report/session.js';

declare global {
  interface HTMLElementEventMap {
    /** A video was read to its end. */
    'qcs-session': CustomEvent<{ readonly session: Session }>;
    /** The person is done with what is shown. */
    'qcs-report-close': CustomEvent<unknown>;
    /** A moment was chosen, seconds. */
    'qcs-report-seek': CustomEvent<{ readonly time: number }>;
  }
}
