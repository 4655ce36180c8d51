/** CREMA-D's layout, made up in miniature, and the test of gaps between the groups that it names. */
import { describe, expect, it } from 'vitest';
import { attributeGroups, peopleOf } from '../../../src/evaluation/attributes.js';
import { groupReport } from '../../../src/evaluation/groups.js';
import { permutationPValues, type Unit } from '../../../src/evaluation/permutation.js';
import { readSamples } from '../../../src/evaluation/samples.js';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { prediction, textFile } from './support.js';

const PEOPLE =
  '"ActorID","Age","Sex","Race","Ethnicity"\n1001,51,"Male","Caucasian","Not Hispanic"\n1002,21,"Female","African American","Hispanic"\n';
const HEADER = '"","A","D","F","H","N","S","fileName","numResponses","agreement","emoVote"\n';
const VOTES = textFile(
  'CREMA-D/processedResults/tabulatedVotes.csv',
  HEADER +
    [
      '"100001",9,0,0,0,0,0,"1001_IEO_HAP_HI",9,1,"A"', // heard, not seen
      '"200001",0,1,0,8,1,0,"1001_IEO_HAP_HI",10,0.8,"H"',
      '"200002",4,4,0,0,1,0,"1001_DFA_ANG_XX",9,0.44,"A:D"', // no majority, no single winner
      '"200003",0,0,0,3,4,2,"1002_DFA_NEU_XX",9,0.44,"N"', // most votes, no majority
      '"200004",0,0,9,0,0,0,"1002_TSI_FEA_XX",9,1,"F"', // no frame of it
      '"300001",0,9,0,0,0,0,"1002_DFA_NEU_XX",9,1,"D"', // seen and heard
    ].join('\n'),
);
const FILES = [
  textFile('CREMA-D/VideoDemographics.csv', PEOPLE),
  textFile('CREMA-D/processedResults/summaryTable.csv', '"","FileName","VoiceVote","VoiceLevel"\n"1","x","A","5"\n'),
  VOTES,
  ...[
    'frames/1001_IEO_HAP_HI/001.png',
    'frames/1001_IEO_HAP_HI/002.png',
    'frames/1001_DFA_ANG_XX.jpg',
    'frames/1002_DFA_NEU_XX_07.jpg',
    'poster.png',
  ].map((path) => textFile(`CREMA-D/${path}`, path)),
];
const read = (files = FILES, rule: 'majority' | 'argmax' = 'argmax') => readSamples(files, rule, CLASS_ORDERS.ferplus);

describe('CREMA-D', () => {
  it('labels frames by the votes of those who saw the face alone, and leaves out what has no winner', async () => {
    const labels = async (rule: 'majority' | 'argmax') =>
      (await read(FILES, rule)).samples.map(({ name, label }) => [name.slice('CREMA-D/frames/'.length), label]);
    const happy = [
      ['1001_IEO_HAP_HI/001.png', 'happiness'],
      ['1001_IEO_HAP_HI/002.png', 'happiness'],
    ];
    expect(await labels('majority')).toEqual(happy);
    expect(await labels('argmax')).toEqual([...happy, ['1002_DFA_NEU_XX_07.jpg', 'neutral']]);
  });

  it('says who the actors are, and which clips have no frame', async () => {
    const set = await read();
    expect(set.layout).toBe('crema-d');
    expect(set.missing).toEqual(['1002_TSI_FEA_XX']);
    expect(set.samples[0]).toMatchObject({
      group: '1001',
      attributes: { sex: 'male', age: '50 and over', race: 'caucasian', ethnicity: 'not hispanic' },
      votes: { happiness: 8, disgust: 1, neutral: 1 },
    });
    expect(set.samples[2]).toMatchObject({ group: '1002', attributes: { sex: 'female', age: 'under 30' } });
  });

  it.each([
    ['the actors’ file', [VOTES, FILES[3]], 'data-empty'],
    ['a frame', FILES.slice(0, 3), 'data-empty'],
    [
      'votes on the face alone',
      [FILES[0], textFile('v.csv', HEADER + '"100001",9,0,0,0,0,0,"x",9,1,"A"'), FILES[3]],
      'data-format',
    ],
    [
      'whole votes',
      [FILES[0], textFile('v.csv', HEADER + '"200001",9,x,0,0,0,0,"x",9,1,"A"'), FILES[3]],
      'data-format',
    ],
    [
      'ages',
      [textFile('p.csv', '"ActorID","Age","Sex","Race","Ethnicity"\n1,old,"Male","",""'), VOTES, FILES[3]],
      'data-format',
    ],
  ])('refuses a folder without %s', async (_, files, code) => {
    await expect(read(files)).rejects.toMatchObject({ code });
  });

  it('gives the groups of each attribute, and keeps the images of a person together', async () => {
    const { samples } = await read();
    const groups = attributeGroups(samples);
    expect(Object.keys(groups)).toEqual(['sex', 'age', 'race', 'ethnicity']);
    expect(samples.map(({ name }) => groups['race'](name))).toEqual(['caucasian', 'caucasian', 'african american']);
    expect(samples.map(({ name }) => peopleOf(samples)(name))).toEqual(['1001', '1001', '1002']);
  });
});

describe('permutation test', () => {
  const unit = (group: number, right: number, n: number): Unit => ({ group, tallies: [{ column: 0, right, n }] });

  it('is the share of deals with as wide a gap: of two against two, one deal in three', () => {
    const units = [unit(0, 1, 1), unit(0, 1, 1), unit(1, 0, 1), unit(1, 0, 1)];
    expect(permutationPValues(units, 2, [1])[0]).toBeCloseTo(1 / 3, 1);
  });

  it('finds a gap between many people, and none where all are alike', () => {
    const people = Array.from({ length: 40 }, (_, index) => index);
    const apart = people.map((index) => unit(index % 2, index % 2 === 0 ? 9 : 5, 10));
    const alike = people.map((index) => unit(index % 2, 5 + (Math.floor(index / 2) % 3), 10));
    expect(permutationPValues(apart, 2, [1])[0]).toBeLessThan(0.001);
    expect(permutationPValues(alike, 2, [1])[0]).toBeGreaterThan(0.9);
  });

  it('counts a person once, however many images: a hundred of one say no more than one', () => {
    const predictions = ['a', 'b', 'c', 'd'].flatMap((person, index) =>
      Array.from({ length: 100 }, (_, image) => prediction(`${person}/${image}`, 0, Number(index > 1))),
    );
    const groupOf = (name: string) => (name < 'c' ? 'first' : 'second');
    const ofPeople = groupReport(predictions, ['sad', 'happy'], groupOf, (name) => name[0]);
    const ofImages = groupReport(predictions, ['sad', 'happy'], groupOf);
    expect(ofPeople).toMatchObject({ people: 4, largestGap: { difference: { value: 1 } } });
    expect(ofPeople.largestGap?.p).toBeCloseTo(1 / 3, 1);
    expect(ofImages.people).toBe(400);
    expect(ofImages.largestGap?.p).toBeLessThan(0.001);
    expect(ofPeople.equalOpportunityDifference?.p).toBeCloseTo(1 / 3, 1);
  });
});
