/** How results are said. Never as a fact about a person: a face looks like an expression, with a probability. */
import { megabytes } from '../../base/format.js';
import { displayName } from '../../expressions.js';
import type { FaceConditions, FaceObservation, FaceReading } from '../../inference/observation.js';
import type { SharedWords } from '../../messages/words.js';
import { CLEAR_CONFIDENCE } from './tokens.js';

/** A probability 0..1 as whole per cent, with a no-break space: "93 %". */
export function percent(probability: number): string {
  return `${Math.round(probability * 100)}\u00A0%`;
}

/** A class name inside a sentence: lower case, separators as spaces. */
export function className(name: string): string {
  return displayName(name).toLowerCase();
}

/** "Looks like happiness, 93 %", "Not clear: the face is turned 45°", or "Not clear, perhaps fear, 41 %" where the network is unsure. */
export function sentence(words: SharedWords, { expression, confidence, conditions }: FaceObservation): string {
  const reason = whyUnclear(words, conditions);
  if (reason !== undefined) return words.shared('notClearReason', { reason });
  const what = { expression: words.expression(expression), share: words.percent(confidence) };
  return words.shared(confidence < CLEAR_CONFIDENCE ? 'notClearPerhaps' : 'looksLikeShare', what);
}

/** Why a face cannot be read, as a clause: "the face is blurred"; undefined for a clear one. */
export function whyUnclear(words: SharedWords, conditions: FaceConditions): string | undefined {
  const [gravest] = conditions.flags;
  if (gravest === undefined) return undefined;
  const { yaw, pitch, size } = conditions;
  if (gravest === 'small') return words.shared('unclear.small', { count: Math.round(size) });
  if (gravest !== 'turned') return words.shared(`unclear.${gravest}`);
  if (Math.abs(yaw) >= Math.abs(pitch)) return words.shared('unclear.turned', { angle: degrees(words, yaw) });
  return words.shared(pitch > 0 ? 'unclear.up' : 'unclear.down', { angle: degrees(words, pitch) });
}

function degrees(words: SharedWords, angle: number): string {
  return `${words.number(Math.abs(Math.round(angle)))}°`;
}

/**
/**
 * How people would answer: "9 of ten people would say happiness", or "People would disagree: neutral or sadness"; undefined for a model that does not know.
 * It begins with the expression that the face is said to look like, so that the two never contradict each other.
 */
export function peopleWouldSay(
  words: SharedWords,
  { expression, shares, plausible = [] }: FaceReading & Pick<FaceObservation, 'expression'>,
): string | undefined {
  const ranked = Object.entries(shares ?? {}).toSorted(([, first], [, second]) => second - first);
  const [[likeliest, share] = [expression, 0]] = ranked;
  const isAgreed = [likeliest, ...plausible].every((name) => name === expression);
  const named = new Set([expression, ...plausible, ...(isAgreed || plausible.length > 1 ? [] : [likeliest])]);
  if (named.size > 1) {
    const names = [...named].map((name) => words.expression(name));
    return words.shared('peopleDisagree', { expressions: words.list(names, 'or') });
  }
  if (shares === undefined) return undefined;
  return words.shared('peopleOfTen', { count: Math.round(10 * share), expression: words.expression(expression) });
}

/** "No face", "1 face", "5 faces". */
export function faceCount(words: SharedWords, count: number): string {
  return count === 0 ? words.shared('noFace') : words.shared('faces', { count });
}

/** "1 class", "12 classes", "3,000 images". */
export function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString()} ${many}`;
}

/** A size in bytes as people read it: "420 kB", "3.1 MB". */
export function byteSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)}\u00A0kB`;
  return megabytes(bytes).replace(' ', '\u00A0');
}

/** A time in seconds as "0:07" or "1:02:30". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${pad(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}
