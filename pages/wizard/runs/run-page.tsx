import { Alert, Button, Content, Spinner, Title, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { RunAnswer, TaskSummary } from '../../../src/wizard/api/migrations.ts';
import { get, post } from '../http/client.ts';
import { formatDuration } from '../shared/format.ts';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { FailureCard } from './failure-card.tsx';
import { TaskLog } from './task-log.tsx';
import { TaskReports } from './task-reports.tsx';

const refreshMilliseconds = 2000;

/** A run as it goes: its tasks, what failed, and the log of one of them. */
export function RunPage() {
  const { t } = useTranslation();
  const { run = '' } = useParams();
  const [shown, setShown] = useState('');
  const path = `/runs/${encodeURIComponent(run)}`;
  const { data, error, refetch } = useQuery({
    queryKey: ['runs', run],
    queryFn: () => get<RunAnswer>(path),
    refetchInterval: ({ state }) => (state.data?.endedAt ? false : refreshMilliseconds),
  });
  if (data === undefined) {
    if (error === null) return <Spinner aria-label={t('loading')} />;
    return <ProblemCard error={error} retry={() => void refetch()} />;
  }
  const failed = data.tasks.find(({ phase }) => phase === 'failed');
  return (
    <Stack hasGutter>
      <Title headingLevel="h1">{run}</Title>
      <Content>
        <PhaseLabel phase={data.phase} /> <Link to={`/migrations/${encodeURIComponent(data.migration)}`}>{data.migration}</Link>
      </Content>
      {failed !== undefined && (
        <Alert component="p" variant="danger" isInline title={t('run.failed', { task: failed.name })}>
          {failed.message}
        </Alert>
      )}
      <FailureCard migration={data.migration} run={run} isOnRun />
      {data.endedAt === '' && <CancelButton path={path} isCancelling={data.isCancelling} />}
      <Title headingLevel="h2">{t('run.tasks')}</Title>
      <TaskTable tasks={data.tasks} show={setShown} />
      {shown !== '' && <TaskLog path={path} task={shown} hasEnded={data.endedAt !== ''} />}
      <TaskReports run={data} />
    </Stack>
  );
}

function CancelButton({ path, isCancelling }: { readonly path: string; readonly isCancelling: boolean }) {
  const { t } = useTranslation();
  const cancel = useMutation({ mutationFn: () => post(`${path}/cancel`, {}) });
  return (
    <>
      {cancel.error !== null && <ProblemCard error={cancel.error} />}
      <Button variant="danger" isLoading={isCancelling} isDisabled={isCancelling} aria-describedby="cancel-help" onClick={() => cancel.mutate()}>
        {t('run.cancel')}
      </Button>
      <Content component="small" id="cancel-help">
        {t('run.cancelHelp')}
      </Content>
    </>
  );
}

interface TaskTableProps {
  readonly tasks: readonly TaskSummary[];
  readonly show: (task: string) => void;
}

function TaskTable({ tasks, show }: TaskTableProps) {
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
