/**
 * Comma-separated values with quotes (RFC 4180), safe to open in a spreadsheet: text that it would run as a formula is written with an
 * apostrophe in front, which reading takes off again. `pytorch/` reads lists by the same rule, so that every label comes back as it was.
 */
import { TrainingError } from '../errors.js';

export interface CsvRow {
  /** Of the file, counted from 1: where the row begins. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What begins a formula; after an apostrophe, text that was kept from being one. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * Accepts quotes, doubled quotes inside them, both line ends and a leading byte order mark; empty lines are skipped.
 * @throws TrainingError `data-format` for quotes that do not end
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endField = () => {
    fields.push(field.startsWith("'") && FORMULA.test(field) ? field.slice(1) : field);
    field = '';
  };
  const endRow = () => {
    endField();
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: begun, fields });
    fields = [];
  };
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === ',') endField();
    else if (character === '\n') {
      endRow();
      begun = line;
    } else if (character !== '\r') field += character;
  }
  if (quoted) {
    throw new TrainingError(
      'data-format',
      `The CSV file ends inside a quoted field of row ${begun}. Check its quotes.`,
    );
  }
  if (field !== '' || fields.length > 0) endRow();
  return rows;
}

/** The reverse of {@link parseCsv}; every row ends with the line end. Numbers stay numbers, also below 0. */
export function formatCsv(rows: readonly (readonly (string | number)[])[], lineEnd: '\n' | '\r\n' = '\n'): string {
  return rows.map((row) => row.map(formatField).join(',') + lineEnd).join('');
}

function formatField(value: string | number): string {
  const text = String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
