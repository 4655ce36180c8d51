import { describe, expect, it } from 'vitest';
import { duplicatesOfEarlierSplits } from '../../../src/evaluation/duplicates.js';
import { EvaluationSession } from '../../../src/evaluation/session.js';
import { readSamples, samplesOfSplit } from '../../../src/evaluation/samples.js';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { textFile } from './support.js';

const CLASSES = CLASS_ORDERS.ferplus;
const HEADER = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
const FERPLUS = [
  textFile(
    'ferplus/fer2013new.csv',
    [
      HEADER,
      'Training,fer1.png,10,0,0,0,0,0,0,0,0,0',
      'PublicTest,fer2.png,0,10,0,0,0,0,0,0,0,0',
      'PrivateTest,fer3.png,4,0,0,1,3,2,0,0,0,0', // argmax neutral; no majority
      'PrivateTest,fer4.png,0,0,0,8,1,1,0,0,0,0',
      'PrivateTest,fer5.png,0,0,0,0,0,0,0,0,0,10', // not a face
      'PrivateTest,fer4.png,10,0,0,0,0,0,0,0,0,0', // the second row of a name does not count
      'PrivateTest,fer6.png,0,0,10,0,0,0,0,0,0,0',
    ].join('\n'),
  ),
  textFile('ferplus/data/FER2013Train/fer1.png', 'one'),
  textFile('ferplus/data/FER2013Valid/fer2.png', 'two'),
  textFile('ferplus/data/FER2013Test/fer3.png', 'one'),
  textFile('ferplus/data/FER2013Test/fer4.png', 'two'),
  textFile('ferplus/data/FER2013Test/fer5.png', 'five'),
  textFile('ferplus/data/FER2013Test/fer6.png', 'six'),
];

describe('samples', () => {
  it('labels FERPlus by the rule asked for', async () => {
    const labels = async (rule: 'argmax' | 'majority') =>
      samplesOfSplit(await readSamples(FERPLUS, rule, CLASSES), 'test').map(({ name, label }) => [
        name.slice(-8),
        label,
      ]);
    expect(await labels('argmax')).toEqual([
      ['fer3.png', 'neutral'],
      ['fer4.png', 'sadness'],
      ['fer6.png', 'surprise'],
    ]);
    expect(await labels('majority')).toEqual([
      ['fer4.png', 'sadness'],
      ['fer6.png', 'surprise'],
    ]);
  });

  it('finds the images whose bytes an earlier split holds', async () => {
    const set = await readSamples(FERPLUS, 'argmax', CLASSES);
    expect([...(await duplicatesOfEarlierSplits(set, 'test'))]).toEqual([
      'ferplus/data/FER2013Test/fer3.png',
      'ferplus/data/FER2013Test/fer4.png',
    ]);
    expect((await duplicatesOfEarlierSplits(set, 'validation')).size).toBe(0);
  });

  it('does not take images of one checksum for equal', async () => {
    // The two words have the same CRC-32.
    const files = [
      textFile('set/train/fear/1.png', 'plumless'),
      textFile('set/test/fear/2.png', 'buckeroo'),
      textFile('set/test/fear/3.png', 'plumless'),
    ];
    const set = await readSamples(files, 'majority', CLASSES);
    expect([...(await duplicatesOfEarlierSplits(set, 'test'))]).toEqual(['set/test/fear/3.png']);
  });

  it('reads folders by class, with splits and the usual other names', async () => {
    const files = ['train/happy/1.png', 'test/happy/2.png', 'test/Angry/3.png', 'test/bored/4.png'].map((path) =>
      textFile(`set/${path}`, path),
    );
    const set = await readSamples(files, 'majority', CLASSES);
    expect(samplesOfSplit(set, 'test').map(({ label }) => label)).toEqual(['happiness', 'anger', 'bored']);
    const own = await readSamples(files, 'majority', ['happy', 'Angry', 'bored']);
    expect(samplesOfSplit(own, 'test').map(({ label }) => label)).toEqual(['happy', 'Angry', 'bored']);
  });

  it('counts classes that are called like properties of objects', async () => {
    const names = ['constructor', '__proto__', 'fear'];
    const files = names.map((name) => ({ path: `set/${name}/1.png`, blob: new Blob([name]) }));
    const session = new EvaluationSession();
    session.take(files);
    const { counts } = await session.open('majority');
    expect(Object.entries(counts.all!)).toEqual(names.map((name) => [name, 1]));
  });

  it('reads a CSV list with splits and groups', async () => {
    const files = [
      textFile('set/list.csv', 'path,label,split,group\na.png,fear,test,p1\nb.png,fear,train,p2\nc.png,fear,test,\n'),
      textFile('set/a.png', 'a'),
      textFile('set/b.png', 'b'),
    ];
    const set = await readSamples(files, 'majority', CLASSES);
    expect(set.missing).toEqual(['c.png']);
    expect(samplesOfSplit(set, 'test')).toMatchObject([{ name: 'set/a.png', label: 'fear', group: 'p1' }]);
  });

  it('takes every image of a set without splits, and refuses a split that is not there', async () => {
    const plain = await readSamples(
      [textFile('s/fear/1.png', '1'), textFile('s/anger/2.png', '2')],
      'majority',
      CLASSES,
    );
    expect(samplesOfSplit(plain, 'test')).toHaveLength(2);
    const train = await readSamples(
      [textFile('s/train/fear/1.png', '1'), textFile('s/val/anger/1.png', '2')],
      'majority',
      CLASSES,
    );
    expect(() => samplesOfSplit(train, 'test')).toThrow(expect.objectContaining({ code: 'data-empty' }) as Error);
  });
});
