import { Button } from '@patternfly/react-core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';
import type { TaskProgress } from '../../../src/wizard/api/progress.ts';
import { DataTable, type DataColumn } from '../shared/data-table.tsx';
import { formatDuration } from '../shared/format.ts';
import { PhaseLabel } from '../shared/phase-label.tsx';

interface TaskTableProps {
  readonly tasks: readonly TaskSummary[];
  /** What their logs say. */
  readonly progress: readonly TaskProgress[];
  readonly show: (task: string) => void;
}

/** The tasks of a run, in the order of its Pipeline. */
export function TaskTable({ tasks, progress, show }: TaskTableProps) {
  const { t } = useTranslation();
  const logged = new Map(progress.map((each) => [each.task, each]));
  const columns: readonly DataColumn<TaskSummary>[] = [
    {
      title: t('run.task'),
      cell: ({ name }) => (
        <Button variant="link" isInline aria-label={t('run.showLog', { task: name })} onClick={() => show(name)}>
          {name}
        </Button>
      ),
    },
    { title: t('run.state'), cell: ({ phase }) => <PhaseLabel phase={phase} /> },
    { title: t('run.duration'), cell: ({ startedAt, endedAt }) => formatDuration(startedAt, endedAt, Date.now()) },
    { title: t('run.items'), cell: ({ name }) => countsOf(logged.get(name), t) },
    { title: t('run.message'), cell: (task) => <bdi lang="en">{messageOf(task, logged.get(task.name))}</bdi>, breaksWords: true },
  ];
  return <DataTable label={t('run.tasks')} columns={columns} rows={tasks} keyOf={({ name }) => name} />;
}

function countsOf(progress: TaskProgress | undefined, t: TFunction): string {
  if (progress === undefined) return '';
  return (['done', 'skipped', 'failed'] as const)
    .filter((outcome) => progress[outcome] > 0)
    .map((outcome) => t(`run.counts.${outcome}`, { count: progress[outcome] }))
    .join(', ');
}

/** Why it failed, or the last line of its log. */
function messageOf({ phase, message }: TaskSummary, progress: TaskProgress | undefined): string {
  return phase === 'failed' ? message : (progress?.text ?? '');
}
