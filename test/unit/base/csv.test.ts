import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../../../src/base/csv.js';

const cells = (text: string) => parseCsv(text).map(({ fields }) => fields);

describe('parseCsv', () => {
  it('reads quotes, doubled quotes, commas and both line ends', () => {
    expect(cells('\uFEFFa,"b, ""c"""\r\n\n1,"2\n3"')).toEqual([
      ['a', 'b, "c"'],
      ['1', '2\n3'],
    ]);
  });

  it('counts the lines of the file, also empty ones and those within quotes', () => {
    const rows = parseCsv('a\r\n\r\n"b\nc",d\n\ne\n');
    expect(rows.map(({ line, fields }) => [line, fields[0]])).toEqual([
      [1, 'a'],
      [3, 'b\nc'],
      [6, 'e'],
    ]);
    expect(() => parseCsv('a\n\n"b\nc')).toThrow(/row 3/);
  });
});

describe('formatCsv', () => {
  it('quotes what needs quotes and ends every row', () => {
    expect(
      formatCsv([
        ['a', 'b, "c"'],
        [1, 'x\ny'],
      ]),
    ).toBe('a,"b, ""c"""\n1,"x\ny"\n');
    expect(formatCsv([['a'], ['b']], '\r\n')).toBe('a\r\nb\r\n');
  });

  it('keeps a spreadsheet from running text, and leaves numbers numbers', () => {
    const dangerous = ['=1+1', '+cmd', '-cmd', '@sum(a1)', '\tx', '\r=1', '-1+1', '=1,2'];
    for (const text of dangerous) expect(formatCsv([[text]]).replace(/^"/, '')).toMatch(/^'/);
    const numbers = [-1.5, '-1.5', '+2', '-3e-7', 0.25, '-0.0'];
    expect(formatCsv([numbers])).toBe('-1.5,-1.5,+2,-3e-7,0.25,-0.0\n');
    expect(formatCsv([['a=b', 'über', "it's", '']])).toBe("a=b,über,it's,\n");
  });

  it('writes what parseCsv gives back, whatever a name begins with', () => {
    const rows = [['=a', '+b', '-c', '@d', '\te', "'=f", "''@g", "'h", "'", '-1.5', "'-1.5", '"=q"', 'a,b\nc']];
    expect(cells(formatCsv(rows))).toEqual(rows);
  });
});
