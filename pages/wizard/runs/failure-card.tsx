import { Content, List, ListItem, OrderType, ListComponent, Stack, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer, OwnMigration } from '../../../src/wizard/api/migrations.ts';
import { get } from '../http/client.ts';
import { ActionBar } from '../migrations/actions/action-bar.tsx';
import { isOwn, recoveryActions } from '../migrations/actions/next-action.ts';
import { useActions } from '../migrations/actions/use-actions.tsx';
import { ClusterStates } from '../migrations/cluster-states.tsx';
import { Alert } from '../shared/alert.tsx';
import { CodeBody, ServerText } from '../shared/code-text.tsx';
import { useStartRights } from '../shared/use-start-rights.ts';
import { useReport } from './report-panel.tsx';

interface FailureCardProps {
  /** Names. */
  readonly migration: string;
  readonly run: string;
  /** The page shows the failed task itself. */
  readonly isOnRun?: boolean;
}

/** What failed in the last run, what both clusters have now, and what to do in which order. Empty for any other run. */
export function FailureCard({ migration, run, isOnRun = false }: FailureCardProps) {
  const { data } = useQuery({
    queryKey: ['migrations', migration],
    queryFn: () => get<MigrationAnswer>(`/migrations/${encodeURIComponent(migration)}`),
    enabled: migration !== '',
  });
  if (data === undefined || !isOwn(data) || data.state.failure === undefined || data.state.run?.name !== run) return null;
  return <Failed migration={data} run={run} isOnRun={isOnRun} />;
}

interface FailedProps {
  readonly migration: OwnMigration;
  readonly run: string;
  readonly isOnRun: boolean;
}

function Failed({ migration, run, isOnRun }: FailedProps) {
  const { t } = useTranslation();
  const actions = useActions(migration);
  const rights = useStartRights();
  const { failure } = migration.state;
  const { steps = [], instead = [] } = failure?.recovery ?? {};
  const task = failure?.task ?? '';
  return (
    <section aria-label={t('failure.title')}>
      <Stack hasGutter>
        {!isOnRun && (
          <Alert component="p" variant="danger" isInline title={task === '' ? t(`state.${migration.phase}`) : t('run.failed', { task })}>
            <ServerText>{failure?.message ?? ''}</ServerText>
          </Alert>
        )}
        {task !== '' && <Cause run={run} task={task} />}
        <Title headingLevel="h2">{t('failure.now')}</Title>
        <ClusterStates migration={migration} />
        <Title headingLevel="h2">{t('failure.title')}</Title>
        <List component={ListComponent.ol} type={OrderType.number}>
          {steps.map((step) => (
            <ListItem key={step}>{t(`failure.steps.${step}`)}</ListItem>
          ))}
        </List>
        {instead.length > 0 && (
          <>
            <Content component="p">{t('failure.instead')}</Content>
            <List>
              {instead.map((step) => (
                <ListItem key={step}>{t(`failure.steps.${step}`)}</ListItem>
              ))}
            </List>
          </>
        )}
        <ActionBar
          migration={migration}
          actions={actions}
          names={[...new Set(recoveryActions(migration))]}
          refusal={rights.isAllowed ? '' : t('noRightReason')}
        />
        {actions.dialog}
      </Stack>
    </section>
  );
}

/** The report says more than the condition of the TaskRun, once it can be read. */
function Cause({ run, task }: { readonly run: string; readonly task: string }) {
  const { t } = useTranslation();
  const { data } = useReport(run, task);
  if (data?.report === undefined) return null;
  return (
    <Alert component="p" variant="info" isInline title={t('report.title', { task })}>
      <CodeBody code={data.report.status} message={data.report.message} remedy={data.report.remedy} />
    </Alert>
  );
}
