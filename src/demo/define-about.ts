import { QcsDemoAbout } from './about-tab.js';
import { define } from './define.js';

define('qcs-demo-about', QcsDemoAbout);
