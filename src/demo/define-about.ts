import { QcsDemoAbout } from './about-tab.js';
import { QcsDemoKept } from './kept-here.js';
import { define } from './define.js';

define('qcs-demo-kept', QcsDemoKept);
define('qcs-demo-about', QcsDemoAbout);
