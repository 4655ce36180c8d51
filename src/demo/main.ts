/** Starts the demo page. */
import { commonArea } from '../messages/common/area.js';
import { demoArea } from '../messages/demo/area.js';
import { recogniseArea } from '../messages/recognise/area.js';
import { loadMessages } from '../messages/store.js';
import { define } from './define.js';
import { QcsDemo } from './demo-shell.js';
import { applyLanguage, currentLanguage } from './language.js';
import { offlineCopy } from './offline/copy.js';

const language = currentLanguage();
applyLanguage(language);
// Nobody sees the page in English for a moment first.
await Promise.all([commonArea, demoArea, recogniseArea].map((area) => loadMessages(area, language)));
define('qcs-demo', QcsDemo);
void offlineCopy.begin();
