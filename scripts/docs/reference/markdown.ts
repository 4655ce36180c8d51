/** Small pieces of Markdown. */

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Text for one cell of a table. */
export function row(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The first paragraph, as one line. */
export function sentence(text: string): string {
  return row(text.split('\n\n', 1)[0]);
}

/** Columns in which nothing stands are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const filled = head.map((_, column) => rows.some((cells) => cells[column] !== ''));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .filter((_, column) => filled[column])
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
