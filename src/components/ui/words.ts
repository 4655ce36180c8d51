/** How results are said. Never as a fact about a person: a face looks like an expression, with a probability. */
import { megabytes } from '../../base/format.js';
import { displayName } from '../../expressions.js';
import { CLEAR_CONFIDENCE } from './tokens.js';

/** A probability 0..1 as whole per cent, with a no-break space: "93 %". */
export function percent(probability: number): string {
  return `${Math.round(probability * 100)}\u00A0%`;
}

/** A class name inside a sentence: lower case, separators as spaces. */
export function className(name: string): string {
  return displayName(name).toLowerCase();
}

/** "Looks like happiness, 93 %", or "Not clear, perhaps fear, 41 %" where the network is unsure. */
export function sentence(expression: string, confidence: number): string {
  const what = `${className(expression)}, ${percent(confidence)}`;
  return confidence < CLEAR_CONFIDENCE ? `Not clear, perhaps ${what}` : `Looks like ${what}`;
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
