import { Radio } from '@patternfly/react-core';

import { DataTable, type DataColumn } from '../shared/data-table.tsx';

interface ChoiceTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly nameOf: (row: T) => string;
  /** Why a row cannot be chosen; empty: it can. */
  readonly refusalOf: (row: T) => string;
  readonly chosen: string;
  readonly onChoose: (row: T) => void;
  readonly first: string;
  readonly columns: readonly DataColumn<T>[];
}

/** A table of which one row is chosen. */
export function ChoiceTable<T>({ label, rows, nameOf, refusalOf, chosen, onChoose, first, columns }: ChoiceTableProps<T>) {
  const choice: DataColumn<T> = {
    title: first,
    cell: (row) => (
      <Radio
        id={`choice-${nameOf(row)}`}
        name={label}
        label={nameOf(row)}
        isChecked={nameOf(row) === chosen}
        isDisabled={refusalOf(row) !== ''}
        onChange={() => onChoose(row)}
      />
    ),
  };
  return <DataTable label={label} rows={rows} keyOf={nameOf} columns={[choice, ...columns]} />;
}
