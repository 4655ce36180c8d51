/** How results are said. Never as a fact about a person: a face looks like an expression, with a probability. */
import { megabytes } from '../../base/format.js';
import { displayName } from '../../expressions.js';
import type { ConditionFlag, FaceConditions, FaceObservation, FaceReading } from '../../inference/observation.js';
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
export function sentence({ expression, confidence, conditions }: FaceObservation): string {
  const reason = whyUnclear(conditions);
  if (reason !== undefined) return `Not clear: ${reason}`;
  const what = `${className(expression)}, ${percent(confidence)}`;
  return confidence < CLEAR_CONFIDENCE ? `Not clear, perhaps ${what}` : `Looks like ${what}`;
}

const REASONS: Readonly<Record<ConditionFlag, (conditions: FaceConditions) => string>> = {
  cut: () => 'the face is cut off',
  turned: ({ yaw, pitch }) =>
    Math.abs(yaw) >= Math.abs(pitch)
      ? `the face is turned ${degrees(yaw)}`
      : `the face looks ${degrees(pitch)} ${pitch > 0 ? 'up' : 'down'}`,
  small: ({ size }) => `the face is only ${Math.round(size)} pixels wide`,
  blurred: () => 'the face is blurred',
  noisy: () => 'the picture is noisy',
  covered: () => 'part of the face seems to be covered',
  dark: () => 'the face is too dark',
  bright: () => 'the face is too bright',
};

/** Why a face cannot be read, as a clause: "the face is blurred"; undefined for a clear one. */
export function whyUnclear(conditions: FaceConditions): string | undefined {
  const [gravest] = conditions.flags;
  return gravest === undefined ? undefined : REASONS[gravest](conditions);
}

function degrees(angle: number): string {
  return `${Math.abs(Math.round(angle))}°`;
}

const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * How people would answer: "Nine of ten people would say happiness", or "People would disagree: neutral or sadness"; undefined for a model that does not know.
 */
export function peopleWouldSay({ shares, plausible = [] }: FaceReading): string | undefined {
  if (plausible.length > 1) return `People would disagree: ${plausible.map(className).join(' or ')}`;
  if (shares === undefined) return undefined;
  const [[name, share]] = Object.entries(shares).toSorted(([, first], [, second]) => second - first);
  return `${displayName(NUMBERS[Math.round(10 * share)])} of ten people would say ${className(name)}`;
}

/** "No face", "1 face", "5 faces". */
export function faceCount(count: number): string {
  if (count === 0) return 'No face';
  return count === 1 ? '1 face' : `${count} faces`;
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
