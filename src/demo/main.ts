/** Starts the demo page. */
import { define } from './define.js';
import { QcsDemo } from './demo-shell.js';

define('qcs-demo', QcsDemo);
