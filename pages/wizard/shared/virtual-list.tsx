import { useState, type ReactNode } from 'react';

interface VirtualListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
}

const rowHeight = 44;
const rowsShown = 10;
/** Rows beyond the edge, so that the next one is there when it scrolls into view. */
const margin = 8;

/** A list of any length, of which only the rows in view and some around them are in the page. */
export function VirtualList<T>({ label, items, keyOf, children }: VirtualListProps<T>) {
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), items.length - rowsShown) - margin);
  const shown = items.slice(first, first + rowsShown + 2 * margin);
  const height = rowHeight * Math.min(rowsShown, Math.max(1, items.length));
  return (
    <section
      className="crane-list"
      aria-label={label}
      tabIndex={0}
      style={{ blockSize: `${String(height)}px` }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ul style={{ blockSize: `${String(items.length * rowHeight)}px` }}>
        {shown.map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ blockSize: `${String(rowHeight)}px`, insetBlockStart: `${String((first + index) * rowHeight)}px` }}
          >
            {children(item)}
          </li>
        ))}
      </ul>
    </section>
  );
}
