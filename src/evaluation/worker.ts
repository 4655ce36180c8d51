/** The evaluation's worker: keeps the page free while thousands of images run. */
import { serve } from '../worker/serve.js';
import type { EvaluationApi } from './protocol.js';
import { EvaluationSession } from './session.js';

serve<EvaluationApi>(new EvaluationSession());
