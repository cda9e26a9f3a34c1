import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';

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
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: margin,
  });
  const height = rowHeight * Math.min(rowsShown, Math.max(1, items.length));
  return (
    <section ref={box} className="crane-list" aria-label={label} tabIndex={0} style={{ blockSize: `${String(height)}px` }}>
      <ul style={{ blockSize: `${String(virtual.getTotalSize())}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <li
              key={keyOf(item)}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              style={{ blockSize: `${String(rowHeight)}px`, insetBlockStart: `${String(start)}px` }}
            >
              {children(item)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
