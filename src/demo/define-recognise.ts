import '../define.js';
import { define } from './define.js';
import { QcsDemoRecognise } from './recognise-tab.js';
import { QcsDemoStatusLine } from './status-line.js';

define('qcs-demo-status-line', QcsDemoStatusLine);
define('qcs-demo-recognise', QcsDemoRecognise);
