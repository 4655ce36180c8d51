/** Readings as a tidy table: one row a person and time, one column a variable. */
import { formatCsv } from '../../base/csv.js';
import type { Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { nameOf } from '../words.js';

/** Times in seconds, boxes in pixels of the video, angles in degrees; `unclear` names what kept a face from being read. */
export function sessionCsv(session: Session): string {
  const { classes, rows } = session.analysis;
  const head = [
    'time_s',
    'person',
    'name',
    'expression',
    'confidence',
    ...classes.map((name) => `p_${name}`),
    'unclear',
    'x_px',
    'y_px',
    'width_px',
    'height_px',
    'yaw_deg',
    'pitch_deg',
    'roll_deg',
    'size_px',
    'brightness',
  ];
  const body = rows.map(({ time, person, expression, confidence, probabilities, box, conditions }) => {
    const known = new Map(Object.entries(probabilities));
    const { yaw, pitch, roll, size, brightness, flags } = conditions;
    return [
      Number(time.toFixed(4)),
      person,
      nameOf(session, person),
      expression,
      confidence.toFixed(5),
      ...classes.map((name) => (known.get(name) ?? 0).toFixed(5)),
      flags.join(' '),
      ...[box.x, box.y, box.width, box.height, yaw, pitch, roll, size].map((value) => value.toFixed(1)),
      brightness.toFixed(3),
    ];
  });
  return formatCsv([head, ...body], '\r\n');
}

/** Stretches of one expression: one row a stretch. */
export function episodesCsv(session: Session, episodes: readonly Episode[]): string {
  const head = ['from_s', 'to_s', 'person', 'name', 'expression', 'mean_confidence', 'peak_s', 'peak_probability'];
  const body = episodes.map(({ from, to, person, expression, confidence, peak }) => [
    from.toFixed(3),
    to.toFixed(3),
    person,
    nameOf(session, person),
    expression ?? 'unclear',
    confidence.toFixed(5),
    peak.time.toFixed(3),
    peak.probability.toFixed(5),
  ]);
  return formatCsv([head, ...body], '\r\n');
}
