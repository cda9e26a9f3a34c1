import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';
import { formatDuration } from '../shared/format.ts';
import { PhaseLabel } from '../shared/phase-label.tsx';

interface TaskTableProps {
  readonly tasks: readonly TaskSummary[];
  readonly show: (task: string) => void;
}

/** The tasks of a run, in the order of its Pipeline. */
export function TaskTable({ tasks, show }: TaskTableProps) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('run.tasks')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('run.task')}</Th>
          <Th>{t('run.state')}</Th>
          <Th>{t('run.duration')}</Th>
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
            <Td dataLabel={t('run.message')}>{task.phase === 'failed' ? task.message : ''}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
