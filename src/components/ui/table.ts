/** Plain tables: a line under every row, which begins with its name. */
import { css, html, nothing, type TemplateResult } from 'lit';

/** @param rows the name of each row and its cells */
export function table(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  caption?: string,
): TemplateResult {
  return html`<table>
    ${
      caption === undefined
        ? nothing
        : html`<caption>
            ${caption}
          </caption>`
    }
    <thead>
      <tr>
        ${columns.map((title) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name, ...cells]) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${cells.map((cell) => html` <td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export const tableStyles = css`
  table {
    border-collapse: collapse;
  }
  th,
  td {
    padding: 4px 8px 4px 0;
    border-block-end: 1px solid var(--_line);
    text-align: start;
    vertical-align: baseline;
  }
`;
