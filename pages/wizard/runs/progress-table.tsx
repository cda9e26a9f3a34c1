import { SearchInput, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Tr } from '@patternfly/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProgressRow } from '../../../src/wizard/api/progress.ts';
import { Titles } from '../shared/data-table.tsx';

export interface ProgressColumn {
  readonly title: string;
  readonly cell: (row: ProgressRow) => ReactNode;
}

interface ProgressTableProps {
  readonly label: string;
  readonly rows: readonly ProgressRow[];
  readonly columns: readonly ProgressColumn[];
}

/** Rows beyond this number are drawn only where the user looks. */
const mostDrawn = 40;
const rowHeight = 45;

/** Rows of one kind, with a search. */
export function ProgressTable({ label, rows, columns }: ProgressTableProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.toLowerCase());
  const found =
    wanted === '' ? rows : rows.filter(({ id, state, reason, message }) => `${id} ${state} ${reason} ${message}`.toLowerCase().includes(wanted));
  return (
    <Stack hasGutter>
      {rows.length > mostDrawn && (
        <SearchInput
          aria-label={t('run.search', { table: label })}
          value={search}
          onChange={(_, value) => setSearch(value)}
          onClear={() => setSearch('')}
          resultsCount={found.length}
          resultsCountContext={t('run.hits')}
          resetButtonLabel={t('run.clear')}
        />
      )}
      <DrawnRows label={label} rows={found} columns={columns} />
    </Stack>
  );
}

function DrawnRows({ label, rows, columns }: ProgressTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const isLong = rows.length > mostDrawn;
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: isLong,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const drawn = isLong ? virtual.getVirtualItems() : rows.map((_, index) => ({ index, start: 0, end: 0 }));
  const before = isLong ? (drawn[0]?.start ?? 0) : 0;
  const after = isLong ? virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0) : 0;
  return (
    <div ref={box} className={isLong ? 'wizard-long-table' : ''} {...(isLong ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}>
      <Table aria-label={label} variant="compact" isStickyHeader={isLong} aria-rowcount={rows.length + 1}>
        <Titles columns={columns} />
        <Tbody>
          {before > 0 && <Space height={before} />}
          {drawn.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? null : <DrawnRow key={`${row.id} ${row.task}`} row={row} index={index} columns={columns} measure={isLong ? virtual.measureElement : undefined} />;
          })}
          {after > 0 && <Space height={after} />}
        </Tbody>
      </Table>
    </div>
  );
}

interface DrawnRowProps {
  readonly row: ProgressRow;
  readonly index: number;
  readonly columns: readonly ProgressColumn[];
  readonly measure: ((element: HTMLTableRowElement | null) => void) | undefined;
}

function DrawnRow({ row, index, columns, measure }: DrawnRowProps) {
  return (
    <Tr aria-rowindex={index + 2} data-index={index} {...(measure === undefined ? {} : { innerRef: measure })}>
      {columns.map(({ title, cell }) => (
        <Td key={title} dataLabel={title} modifier="breakWord">
          {cell(row)}
        </Td>
      ))}
    </Tr>
  );
}

/** The place of rows that are not drawn. */
function Space({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden="true">
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
