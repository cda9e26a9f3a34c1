import { Content, FormSelect, FormSelectOption, Label, Pagination, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { SortByDirection, Table, Tbody, Td, Th, Thead, Tr, type ThProps } from '@patternfly/react-table';
import type { TFunction } from 'i18next';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { MigrationSummary } from '../../../src/wizard/api/migrations.ts';
import { formatTime } from '../shared/format.ts';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { RowMenu } from './row-menu.tsx';

const pageSize = 50;

/** Columns by which the list is sorted, with what is compared. */
const columns = {
  name: ({ name }) => name,
  from: ({ sourceNamespace }) => sourceNamespace,
  to: ({ destinationNamespace }) => destinationNamespace,
  images: ({ images }) => String(images).padStart(6, '0'),
  claims: ({ claims }) => String(claims).padStart(6, '0'),
  state: ({ phase = '' }) => phase,
  tokens: tokensEnd,
  created: ({ createdAt }) => createdAt,
} as const satisfies Readonly<Record<string, (migration: MigrationSummary) => string>>;

type Column = keyof typeof columns;
const names = Object.keys(columns) as readonly Column[];

/** The list of migrations: filtered, sorted, in pages over 50. */
export function MigrationTable({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({ text: '', phase: '' });
  const [sort, setSort] = useState<Sort>({ column: 'created', isDescending: true });
  const [page, setPage] = useState(1);
  // What is typed is shown at once, and the rows when there is time.
  const wanted = useDeferredValue(filter);
  const sorted = useMemo(() => {
    const found = migrations.filter(
      (each) => each.name.includes(wanted.text.trim()) && (wanted.phase === '' || each.phase === wanted.phase),
    );
    const valueOf = columns[sort.column];
    return found.toSorted((one, other) => valueOf(one).localeCompare(valueOf(other)) * (sort.isDescending ? -1 : 1));
  }, [migrations, wanted, sort]);
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize));
  const current = Math.min(page, pages);
  const rows = useMemo(() => sorted.slice((current - 1) * pageSize, current * pageSize), [sorted, current]);
  return (
    <>
      <Filters phases={migrations.flatMap((each) => each.phase ?? [])} filter={filter} change={setFilter} />
      <Rows rows={rows} sort={sort} setSort={setSort} />
      {sorted.length === 0 && <Content component="p">{t('list.noMatch')}</Content>}
      <Pages count={sorted.length} page={current} change={setPage} />
    </>
  );
}

interface Sort {
  readonly column: Column;
  readonly isDescending: boolean;
}

interface RowsProps {
  readonly rows: readonly MigrationSummary[];
  readonly sort: Sort;
  readonly setSort: (sort: Sort) => void;
}

/** The rows of a page. What is typed into the filter renders none of them again. */
const Rows = memo(function Rows({ rows, sort, setSort }: RowsProps) {
  const { t } = useTranslation();
  const sortOf = (index: number): NonNullable<ThProps['sort']> => ({
    columnIndex: index,
    sortBy: { index: names.indexOf(sort.column), direction: sort.isDescending ? 'desc' : 'asc' },
    onSort: (_event, chosen, direction) => setSort({ column: names[chosen] ?? 'created', isDescending: direction === SortByDirection.desc }),
  });
  return (
    <Table aria-label={t('migrations.title')} variant="compact">
      <Thead>
        <Tr>
          {names.map((name, index) => (
            <Th key={name} sort={sortOf(index)} modifier="nowrap">
              {t(name === 'tokens' ? 'list.tokens' : `migrations.${name}`)}
            </Th>
          ))}
          <Th screenReaderText={t('list.actions')} />
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((migration) => (
          <Row key={`${migration.origin} ${migration.name}`} migration={migration} />
        ))}
      </Tbody>
    </Table>
  );
});

interface PagesProps {
  readonly count: number;
  readonly page: number;
  readonly change: (page: number) => void;
}

function Pages({ count, page, change }: PagesProps) {
  const { t } = useTranslation();
  if (count <= pageSize) return null;
  return (
    <Pagination
      itemCount={count}
      perPage={pageSize}
      perPageOptions={[{ title: String(pageSize), value: pageSize }]}
      page={page}
      onSetPage={(_event, chosen) => change(chosen)}
      titles={{ paginationAriaLabel: t('list.pages') }}
    />
  );
}

interface Filter {
  readonly text: string;
  /** Empty: all. */
  readonly phase: string;
}

interface FiltersProps {
  readonly phases: readonly string[];
  readonly filter: Filter;
  readonly change: (filter: Filter) => void;
}

function Filters({ phases, filter, change }: FiltersProps) {
  const { t } = useTranslation();
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <SearchInput
            aria-label={t('list.filter')}
            placeholder={t('list.filter')}
            value={filter.text}
            onChange={(_event, text) => change({ ...filter, text })}
            onClear={() => change({ ...filter, text: '' })}
          />
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect aria-label={t('list.state')} value={filter.phase} onChange={(_event, phase) => change({ ...filter, phase })}>
            <FormSelectOption value="" label={t('list.all')} />
            {[...new Set(phases)].sort().map((phase) => (
              <FormSelectOption key={phase} value={phase} label={t(`state.${phase}`)} />
            ))}
          </FormSelect>
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

const Row = memo(function Row({ migration }: { readonly migration: MigrationSummary }) {
  const { t, i18n } = useTranslation();
  const { name, origin, sourceNamespace, destinationNamespace, images, claims, lastRun, phase, createdAt } = migration;
  const time = (value: string): string => formatTime(value, i18n.language);
  return (
    <Tr>
      <Td dataLabel={t('migrations.name')}>
        <Link to={`/migrations/${encodeURIComponent(name)}`}>{name}</Link>{' '}
        {origin === 'forerunner' && <Label isCompact>{t('list.forerunner')}</Label>}
      </Td>
      <Td dataLabel={t('migrations.from')}>{sourceNamespace}</Td>
      <Td dataLabel={t('migrations.to')}>{destinationNamespace}</Td>
      <Td dataLabel={t('migrations.images')}>{images}</Td>
      <Td dataLabel={t('migrations.claims')}>{claims}</Td>
      <Td dataLabel={t('migrations.state')}>
        {lastRun === undefined ? (
          t('migrations.neverStarted')
        ) : (
          <>
            <Link to={`/runs/${encodeURIComponent(lastRun.name)}`}>
              <PhaseLabel phase={lastRun.phase} />
            </Link>{' '}
            {[actionOf(lastRun, t), phase === undefined ? '' : t(`state.${phase}`)].filter((text) => text !== '').join(': ')}
          </>
        )}
      </Td>
      <Td dataLabel={t('list.tokens')}>{time(tokensEnd(migration))}</Td>
      <Td dataLabel={t('migrations.created')}>{time(createdAt)}</Td>
      <Td isActionCell>
        <RowMenu migration={migration} />
      </Td>
    </Tr>
  );
});

/** What a run does; empty for one that another program made. */
function actionOf({ action }: NonNullable<MigrationSummary['lastRun']>, t: TFunction): string {
  return action === '' ? '' : t(`action.${action}`, { defaultValue: action });
}

/** When the first of the tokens ends; empty: unknown. */
function tokensEnd({ tokensExpireAt = {} }: MigrationSummary): string {
  return Object.values(tokensExpireAt).toSorted()[0] ?? '';
}
