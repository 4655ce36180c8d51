/** The table of faults in docs/reliability.md. */

export interface FaultRow {
  readonly fault: string;
  readonly happens: string;
  /** Path of the test's file. */
  readonly file: string;
  /** Its title, as its source has it. */
  readonly title: string;
  readonly seen: string;
}

const TABLE = /<!-- faults -->\n([^]*?)<!-- end of faults -->/;

/** The rows that name a test; headings of groups are left out. @throws RangeError for a row that is neither */
export function faultRows(markdown: string): readonly FaultRow[] {
  return tableLines(markdown).flatMap((line) => {
    const row = rowOf(line);
    return row === null ? [] : [row];
  });
}

/** The document with every row's last cell as `seen` tells it. */
export function withResults(markdown: string, seen: (row: FaultRow) => string): string {
  return tableLines(markdown).reduce((text, line) => {
    const row = rowOf(line);
    return row === null ? text : text.replace(line, () => formatRow({ ...row, seen: seen(row) }));
  }, markdown);
}

function tableLines(markdown: string): readonly string[] {
  const [, table] = TABLE.exec(markdown) ?? [];
  if (table === undefined) throw new RangeError('There is no table of faults.');
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
}

function rowOf(line: string): FaultRow | null {
  const cells = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  const [fault, happens, named, seen] = cells;
  if (cells.length === 4 && happens === '' && named === '' && seen === '') return null;
  const { file, title } = /^`(?<file>[^`]+)`: (?<title>.+)$/.exec(named)?.groups ?? {};
  if (cells.length !== 4 || file === undefined) throw new RangeError(`This row names no test: ${line}`);
  return { fault, happens, file, title, seen };
}

function formatRow({ fault, happens, file, title, seen }: FaultRow): string {
  return `| ${fault} | ${happens} | \`${file}\`: ${title} | ${seen} |`;
}
