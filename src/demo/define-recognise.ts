import '../define.js';
import { QcsPersonCourse } from '../components/report/person-course.js';
import { QcsSessionExports } from '../components/report/session-exports.js';
import { QcsSessionReport } from '../components/report/session-report.js';
import { QcsVideoAnalysis } from '../components/report/video-analysis.js';
import { define } from './define.js';
import { QcsDemoKeptSessions } from './kept-sessions.js';
import { QcsDemoRecognise } from './recognise-tab.js';
import { QcsDemoSamples } from './sample-pictures.js';
import { QcsDemoStatusLine } from './status-line.js';

define('qcs-person-course', QcsPersonCourse);
define('qcs-session-exports', QcsSessionExports);
define('qcs-session-report', QcsSessionReport);
define('qcs-video-analysis', QcsVideoAnalysis);
define('qcs-demo-kept-sessions', QcsDemoKeptSessions);
define('qcs-demo-samples', QcsDemoSamples);
define('qcs-demo-status-line', QcsDemoStatusLine);
define('qcs-demo-recognise', QcsDemoRecognise);
