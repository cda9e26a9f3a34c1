import { Button, Content, Title, Stack } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { RunAnswer } from '../../../src/wizard/api/migrations.ts';
import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { useLive } from '../events/use-events.ts';
import { get, post } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { Loading } from '../shared/loading.tsx';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { ServerText } from '../shared/code-text.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { FailureCard } from './failure-card.tsx';
import { RunTabs } from './run-tabs.tsx';
import { TaskReports } from './task-reports.tsx';

/** Actions of runs that are none of a migration. */
const ofApplications: ReadonlySet<string> = new Set(['portable-image', 'app-export', 'app-publish', 'export-delete']);

/** A run as it goes: its tasks, what failed, and the log of one of them. */
export function RunPage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const { run = '' } = useParams();
  const path = `/runs/${encodeURIComponent(run)}`;
  const queries = useQueryClient();
  const { polling, trouble, isGone } = useLive(`run:${run}`, (event) => {
    if (event.type === 'run') takeRun(event.run, queries);
  });
  const { data, error, refetch } = useQuery({
    queryKey: ['runs', run],
    queryFn: () => get<RunAnswer>(path),
    refetchInterval: polling,
  });
  if (data === undefined) {
    return (
      <Stack hasGutter>
        <Title headingLevel="h1">{run}</Title>
        {error === null ? <Loading /> : <ProblemCard error={error} retry={() => void refetch()} />}
      </Stack>
    );
  }
  // The server does not cancel a TaskRun of its own.
  const isTaskRun = data.tasks.some(({ taskRun }) => taskRun === data.name);
  const failed = data.tasks.find(({ phase }) => phase === 'failed');
  return (
    <Stack hasGutter>
      <Title headingLevel="h1">{run}</Title>
      {isGone && <Alert component="p" variant="warning" isInline title={t('run.gone')} />}
      {trouble !== '' && (
        <Alert component="p" variant="warning" isInline title={t('run.trouble')}>
          <ServerText>{trouble}</ServerText>
        </Alert>
      )}
      <Content>
        <PhaseLabel phase={data.phase} /> <BackLink run={data} />
        {!isTaskRun && <ElsewhereLink run={run} cluster={config.cluster} />}
      </Content>
      {failed !== undefined && (
        <Alert component="p" variant="danger" isInline title={t('run.failed', { task: failed.name })}>
          <ServerText>{failed.message}</ServerText>
        </Alert>
      )}
      <FailureCard migration={data.migration} run={run} isOnRun />
      {data.endedAt === '' && !isTaskRun && <CancelButton path={path} isCancelling={data.isCancelling} />}
      <RunTabs run={data} path={path} />
      <TaskReports run={data} />
    </Stack>
  );
}

/** What the migration is now, and what to do next, follows from its last run. */
function takeRun(run: RunAnswer, queries: QueryClient): void {
  const before = queries.getQueryData<RunAnswer>(['runs', run.name]);
  queries.setQueryData(['runs', run.name], run);
  if (before?.phase !== run.phase) void queries.invalidateQueries({ queryKey: ['migrations', run.migration] });
}

/** The migration of a run, or the list of those of applications. */
function BackLink({ run: { migration, action } }: { readonly run: RunAnswer }) {
  const { t } = useTranslation();
  if (migration !== '') return <Link to={`/migrations/${encodeURIComponent(migration)}`}>{migration}</Link>;
  return ofApplications.has(action) && <Link to="/applications?tab=runs">{t('applications.title')}</Link>;
}

interface ElsewhereLinkProps {
  readonly run: string;
  readonly cluster: ConfigAnswer['cluster'];
}

/** The PipelineRun in another program, such as the Tekton Dashboard. */
function ElsewhereLink({ run, cluster }: ElsewhereLinkProps) {
  const { t } = useTranslation();
  if (cluster?.runUrl === undefined) return null;
  const { namespace, runUrl } = cluster;
  const address = runUrl.replaceAll('{namespace}', encodeURIComponent(namespace)).replaceAll('{name}', encodeURIComponent(run));
  return (
    <>
      {' '}
      <a href={address} target="_blank" rel="noreferrer">
        {t('run.elsewhere')}
      </a>
    </>
  );
}

function CancelButton({ path, isCancelling }: { readonly path: string; readonly isCancelling: boolean }) {
  const { t } = useTranslation();
  const cancel = useMutation({ mutationFn: () => post(`${path}/cancel`, {}) });
  return (
    <div>
      {cancel.error !== null && <ProblemCard error={cancel.error} />}
      <Button variant="danger" isLoading={isCancelling} isDisabled={isCancelling} aria-describedby="cancel-help" onClick={() => cancel.mutate()}>
        {t('run.cancel')}
      </Button>
      <Content component="small" id="cancel-help">
        {t('run.cancelHelp')}
      </Content>
    </div>
  );
}
