import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';

export interface DataColumn<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** Whether a long word, such as a digest, is broken. */
  readonly breaksWords?: boolean;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly DataColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T, index: number) => string;
}

/** A table whose cells have the titles of their columns in narrow windows. */
export function DataTable<T>({ label, columns, rows, keyOf }: DataTableProps<T>) {
  return (
    <Table aria-label={label} variant="compact">
      <Titles columns={columns} />
      <Tbody>
        {rows.map((row, index) => (
          <Tr key={keyOf(row, index)}>
            {columns.map(({ title, cell, breaksWords = false }) => (
              <Td key={title} dataLabel={title} {...(breaksWords ? { modifier: 'breakWord' } : {})}>
                {cell(row)}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** The row with the titles of the columns. */
export function Titles({ columns }: { readonly columns: readonly { readonly title: string }[] }) {
  return (
    <Thead>
      <Tr>
        {columns.map(({ title }) => (
          <Th key={title} modifier="wrap">
            {title}
          </Th>
        ))}
      </Tr>
    </Thead>
  );
}
