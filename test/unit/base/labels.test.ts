import { describe, expect, it } from 'vitest';
import { className, labelMatcher } from '../../../src/base/labels.js';
import { EXPRESSIONS } from '../../../src/expressions.js';

const matches = (known: readonly string[], labels: readonly string[]) => labels.map(labelMatcher(known));

describe('labels', () => {
  it('are found whatever their case, by the names of well-known collections, and else are themselves', () => {
    expect(
      matches(EXPRESSIONS, [' Fear ', 'happy', 'Sad', 'angry', 'surprised', 'disgusted', 'fearful', 'afraid']),
    ).toEqual(['fear', 'happiness', 'sadness', 'anger', 'surprise', 'disgust', 'fear', 'fear']);
    expect(matches(EXPRESSIONS, ['Bored'])).toEqual(['bored']);
  });

  it('mean a name of the same meaning only where there is none of their own', () => {
    expect(matches(['happy', 'Angry'], ['happy', 'happiness', 'anger', 'ANGRY'])).toEqual([
      'happy',
      'happy',
      'Angry',
      'Angry',
    ]);
    expect(matches(['happiness', 'happy'], ['happy', 'happiness'])).toEqual(['happy', 'happiness']);
    expect(matches(['a', 'A'], ['a', 'A'])).toEqual(['a', 'A']);
  });

  it('are not forced upon one of several names of their meaning, unless it is the plain one', () => {
    expect(matches(['afraid', 'fearful'], ['fear'])).toEqual(['fear']);
    expect(matches(['afraid', 'fear'], ['fearful'])).toEqual(['fear']);
  });

  it('may be called what properties of objects are called', () => {
    const names = ['constructor', '__proto__', 'tostring', 'hasownproperty'];
    expect(matches(EXPRESSIONS, names)).toEqual(names);
    expect(matches(names, names)).toEqual(names);
    expect(className(' ToString ')).toBe('tostring');
  });
});
