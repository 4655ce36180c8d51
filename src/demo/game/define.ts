import { define } from '../define.js';
import { QcsDemoGame } from './make-this-face.js';

define('qcs-demo-game', QcsDemoGame);
