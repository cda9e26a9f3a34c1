import { formatSize } from '../format-size.ts';
import { html, path, shorten, type Html, type Part } from './html-text.ts';

/** A cell: what it shows, and the number that it is sorted by. */
export interface Cell {
  readonly shown: Part;
  readonly value?: number;
}

export interface Column<T> {
  readonly heading: string;
  /** Right-aligned, largest first when it is sorted. */
  readonly isNumber?: boolean;
  readonly cell: (row: T) => Cell;
}

export interface TableOptions {
  /** Says what the table has; for a screen reader. */
  readonly caption: string;
  /** More rows are counted only: see the JSON file. */
  readonly most?: number;
}

const mostRows = 1000;
/** More rows scroll within the page. */
const mostInPage = 12;

/** A table that scrolls within the page, and can be sorted when scripts run. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], options: TableOptions): Html {
  const { caption, most = mostRows } = options;
  const more = rows.length - most;
  const note = more > 0 ? html`<p class="more">${formatCount(more)} more in the JSON file.</p>` : undefined;
  const body = rows.slice(0, most).map((row) => html`<tr>${columns.map((column) => cell(column, row))}</tr>\n`);
  const type = rows.length > mostInPage ? 'scroll tall' : 'scroll';
  return html`<div class="${type}" tabindex="0" role="region" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(heading)}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>
${note}`;
}

function heading<T>({ heading: text, isNumber }: Column<T>): Html {
  const type = isNumber === true ? html` class="number"` : undefined;
  return html`<th scope="col"${type}><span>${text}</span></th>`;
}

function cell<T>({ isNumber, cell: cellOf }: Column<T>, row: T): Html {
  const { shown, value } = cellOf(row);
  const type = isNumber === true ? html` class="number"` : undefined;
  const sorted = value === undefined ? undefined : html` data-value="${value}"`;
  return html`<td${type}${sorted}>${typeof shown === 'string' ? shorten(shown) : shown}</td>`;
}

/** A column of texts. */
export function textColumn<T>(heading: string, textOf: (row: T) => Part): Column<T> {
  return { heading, cell: (row) => ({ shown: textOf(row) }) };
}

/** A column of paths, names or identifiers. */
export function pathColumn<T>(heading: string, textOf: (row: T) => string): Column<T> {
  return { heading, cell: (row) => ({ shown: path(shorten(textOf(row))) }) };
}

/** A column of bytes; an unknown number is empty and sorts first. */
export function sizeColumn<T>(heading: string, bytesOf: (row: T) => number | undefined): Column<T> {
  return {
    heading,
    isNumber: true,
    cell: (row) => {
      const bytes = bytesOf(row);
      return { shown: bytes === undefined ? '' : formatSize(bytes), value: bytes ?? -1 };
    },
  };
}

/** A column of counts. */
export function countColumn<T>(heading: string, countOf: (row: T) => number): Column<T> {
  return { heading, isNumber: true, cell: (row) => ({ shown: formatCount(countOf(row)), value: countOf(row) }) };
}

/** A count with a comma between thousands. */
export function formatCount(count: number): string {
  const digits = String(count);
  const first = digits.length % 3;
  const groups = digits.slice(first).match(/\d{3}/g) ?? [];
  return [...(first === 0 ? [] : [digits.slice(0, first)]), ...groups].join(',');
}
