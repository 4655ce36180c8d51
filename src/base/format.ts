/** Measured numbers as text: for reports, cards, terminals and the page alike. */

/** `85.4 %`; a dash for what was not measured. */
export function percent(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : `${(value * 100).toFixed(1)} %`;
}

/** `p = 0.031`, `p < 0.001`. */
export function pValue(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`;
}

/** `3.1 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Rows as lines of a table, columns padded to their widest cell: the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
