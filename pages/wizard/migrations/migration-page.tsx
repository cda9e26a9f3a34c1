import { ActionList, ActionListItem, Button, CodeBlock, CodeBlockCode, Spinner, Title, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';

import type { MigrationAnswer, RunSummary, StartRunAnswer, StartRunRequest } from '../../../src/wizard/api/migrations.ts';
import { get, post } from '../http/client.ts';
import { formatDuration, formatTime } from '../shared/format.ts';
import { CarryOver } from './carry-over.tsx';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';

const refreshMilliseconds = 5000;
const startable = ['stage', 'cutover', 'app', 'images'] as const;

/** One migration: what can be done now, its runs and its answers. */
export function MigrationPage() {
  const { t } = useTranslation();
  const { migration = '' } = useParams();
  const path = `/migrations/${encodeURIComponent(migration)}`;
  const { data, error, refetch } = useQuery({
    queryKey: ['migrations', migration],
    queryFn: () => get<MigrationAnswer>(path),
    refetchInterval: refreshMilliseconds,
  });
  return (
    <Stack hasGutter>
      <Title headingLevel="h1">{migration}</Title>
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Spinner aria-label={t('loading')} />}
      {data !== undefined && (
        <>
          <Actions migration={data} path={path} />
          {data.carryOver !== undefined && <CarryOver answers={data.carryOver} />}
          <Title headingLevel="h2">{t('migration.runs')}</Title>
          <RunTable runs={data.runs} />
          {data.answers !== '' && (
            <>
              <Title headingLevel="h2">{t('migration.answers')}</Title>
              <CodeBlock>
                <CodeBlockCode>{data.answers}</CodeBlockCode>
              </CodeBlock>
            </>
          )}
        </>
      )}
    </Stack>
  );
}

function Actions({ migration, path }: { readonly migration: MigrationAnswer; readonly path: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: (request: StartRunRequest) => post<StartRunAnswer>(`${path}/runs`, request),
    onSuccess: ({ run }) => navigate(`/runs/${encodeURIComponent(run)}`),
  });
  const offered = startable.flatMap((action) => {
    const found = migration.actions.find((each) => each.action === action);
    return found === undefined || found.reason === 'not-planned' ? [] : [{ ...found, action }];
  });
  return (
    <>
      {start.error !== null && <ProblemCard error={start.error} />}
      <ActionList>
        {offered.map(({ action, isAllowed, reason }) => (
          <ActionListItem key={action}>
            <Button
              isAriaDisabled={!isAllowed || start.isPending}
              {...(reason === undefined ? {} : { 'aria-describedby': `why-${action}` })}
              onClick={() => start.mutate({ action })}
            >
              {t(`migration.start.${action}`)}
            </Button>
            {reason !== undefined && <small id={`why-${action}`}> {t(`reasons.${reason}`)}</small>}
          </ActionListItem>
        ))}
      </ActionList>
    </>
  );
}

function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Table aria-label={t('migration.runs')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('migration.run')}</Th>
          <Th>{t('run.state')}</Th>
          <Th>{t('migration.started')}</Th>
          <Th>{t('migration.duration')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {runs.map((run) => (
          <Tr key={run.name}>
            <Td dataLabel={t('migration.run')}>
              <Link to={`/runs/${encodeURIComponent(run.name)}`}>{run.name}</Link>
            </Td>
            <Td dataLabel={t('run.state')}>
              <PhaseLabel phase={run.phase} />
            </Td>
            <Td dataLabel={t('migration.started')}>{formatTime(run.startedAt, i18n.language)}</Td>
            <Td dataLabel={t('migration.duration')}>{formatDuration(run.startedAt, run.endedAt, Date.now())}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
