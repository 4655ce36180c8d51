/** Stretches of expressions as WebVTT: subtitles that players show under the video, and a list that annotation tools read. */
import type { Episode } from '../episodes.js';
import type { Session } from '../session.js';
import { ENGLISH, nameOf, shareText } from '../words.js';

/** A cue a stretch, `<v Person 1>Looks like happiness, 93 %`; markers are cues of a second. */
export function sessionWebVtt(session: Session, episodes: readonly Episode[], words = ENGLISH): string {
  const cues = [
    ...episodes.map(({ from, to, person, expression, confidence }) => ({
      from,
      to,
      voice: nameOf(session, person, words),
      text:
        expression === undefined
          ? words.shared('notClear')
          : words.shared('looksLikeShare', {
              expression: words.expression(expression),
              share: shareText(confidence, words),
            }),
    })),
    ...session.markers.map(({ time, text }) => ({
      from: time,
      to: time + MARKER_SECONDS,
      voice: words.text('marker'),
      text,
    })),
  ].toSorted((first, second) => first.from - second.from || first.to - second.to);
  const blocks = cues.map(
    ({ from, to, voice, text }) => `${stamp(from)} --> ${stamp(to)}\n<v ${inCue(voice)}>${inCue(text)}\n`,
  );
  const note = `NOTE\n${inCue(session.title)}, read by QCS-FER (${session.analysis.model.id} ${session.analysis.model.version})\n`;
  return ['WEBVTT\n', note, ...blocks].join('\n');
}

const MARKER_SECONDS = 1;

/** One line, without anything that a cue would take for a tag, an entity or an arrow. */
function inCue(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').trim();
}

/** `00:01:02.345` */
function stamp(seconds: number): string {
  const ms = Math.round(Math.max(0, seconds) * 1000);
  const pad = (value: number, length = 2) => String(value).padStart(length, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${pad(hours)}:${pad(minutes)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}
