import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { MigrationAnswer, RunSummary } from '../../../../src/wizard/api/migrations.ts';
import { DataTable, type DataColumn } from '../../shared/data-table.tsx';
import { formatDuration, formatTime } from '../../shared/format.ts';
import { PhaseLabel } from '../../shared/phase-label.tsx';

/** All runs of a migration, newest first. */
export function RunsTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t, i18n } = useTranslation();
  const columns: readonly DataColumn<RunSummary>[] = [
    { title: t('migration.run'), cell: ({ name }) => <Link to={`/runs/${encodeURIComponent(name)}`}>{name}</Link> },
    {
      title: t('historyAction'),
      cell: ({ action }) => (action === '' ? '' : t(`action.${action}`, { defaultValue: action })),
    },
    { title: t('run.state'), cell: ({ phase }) => <PhaseLabel phase={phase} /> },
    { title: t('migration.started'), cell: ({ startedAt }) => formatTime(startedAt, i18n.language) },
    {
      title: t('migration.duration'),
      cell: ({ startedAt, endedAt }) => formatDuration(startedAt, endedAt, Date.now()),
    },
  ];
  return <DataTable label={t('migration.runs')} columns={columns} rows={migration.runs} keyOf={({ name }) => name} />;
}
