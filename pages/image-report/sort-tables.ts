/** Gives each heading of a table a button that sorts its rows. Without the script the headings are plain text. */
export function makeSortable(table: HTMLTableElement): void {
  const headings = [...table.querySelectorAll('th')];
  for (const [column, heading] of headings.entries()) {
    const label = heading.textContent;
    if (label === '') continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => {
      const isNumber = heading.classList.contains('number');
      const before = heading.getAttribute('aria-sort');
      // Most people look for the largest number and the first name.
      const descending = before === null ? isNumber : before === 'ascending';
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      sortRows(table, column, descending);
    });
    heading.replaceChildren(button);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

function sortRows(table: HTMLTableElement, column: number, descending: boolean): void {
  const [body] = table.tBodies;
  if (body === undefined) return;
  const keyed = [...body.rows].map((row) => ({ row, cell: row.cells[column] }));
  keyed.sort((a, b) => compareCells(a.cell, b.cell) * (descending ? -1 : 1));
  body.append(...keyed.map(({ row }) => row));
}

function compareCells(a: HTMLTableCellElement | undefined, b: HTMLTableCellElement | undefined): number {
  const [left, right] = [a?.dataset['value'], b?.dataset['value']];
  if (left !== undefined && right !== undefined) return Number(left) - Number(right);
  return collator.compare(a?.textContent ?? '', b?.textContent ?? '');
}
