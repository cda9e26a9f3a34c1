import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';
import type { TaskProgress } from '../../../src/wizard/api/progress.ts';
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
  return (
    <Table aria-label={t('run.tasks')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('run.task')}</Th>
          <Th>{t('run.state')}</Th>
          <Th>{t('run.duration')}</Th>
          <Th>{t('run.items')}</Th>
          <Th>{t('run.message')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {tasks.map((task) => (
          <Tr key={task.name}>
            <Td dataLabel={t('run.task')}>
              <Button variant="link" isInline aria-label={t('run.showLog', { task: task.name })} onClick={() => show(task.name)}>
                {task.name}
              </Button>
            </Td>
            <Td dataLabel={t('run.state')}>
              <PhaseLabel phase={task.phase} />
            </Td>
            <Td dataLabel={t('run.duration')}>{formatDuration(task.startedAt, task.endedAt, Date.now())}</Td>
            <Td dataLabel={t('run.items')}>{countsOf(progress.find((each) => each.task === task.name), t)}</Td>
            <Td dataLabel={t('run.message')} modifier="breakWord">
              <bdi>{messageOf(task, progress.find((each) => each.task === task.name))}</bdi>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function countsOf(progress: TaskProgress | undefined, t: TFunction): string {
  if (progress === undefined) return '';
  const { done, skipped, failed } = progress;
  return [...(done > 0 ? [t('run.counts.done', { count: done })] : []), ...(skipped > 0 ? [t('run.counts.skipped', { count: skipped })] : []), ...(failed > 0 ? [t('run.counts.failed', { count: failed })] : [])].join(', ');
}

/** Why it failed, or the last line of its log. */
function messageOf({ phase, message }: TaskSummary, progress: TaskProgress | undefined): string {
  return phase === 'failed' ? message : (progress?.text ?? '');
}
