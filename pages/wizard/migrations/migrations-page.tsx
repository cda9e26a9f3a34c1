import { Alert, Button, EmptyState, EmptyStateBody, Flex, Label, Spinner, Title, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { MigrationsAnswer, MigrationSummary } from '../../../src/wizard/api/migrations.ts';
import type { ClusterConfig, ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { useLive } from '../events/use-events.ts';
import { get } from '../http/client.ts';
import { formatTime } from '../shared/format.ts';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';

/** The start page: all migrations of the namespace. */
export function MigrationsPage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { polling } = useLive('migrations', (event) => {
    if (event.type === 'migrations') queries.setQueryData(['migrations'], { migrations: event.migrations });
  });
  const { data, error, refetch } = useQuery({
    queryKey: ['migrations'],
    queryFn: () => get<MigrationsAnswer>('/migrations'),
    refetchInterval: polling,
  });
  const namespace = config.cluster?.namespace ?? '';
  return (
    <Stack hasGutter>
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
        <Title headingLevel="h1">{t('migrations.title')}</Title>
        <Button onClick={() => void navigate('/move')}>{t('migrations.create')}</Button>
      </Flex>
      {config.cluster !== undefined && <Installed cluster={config.cluster} />}
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Spinner aria-label={t('loading')} />}
      {data?.migrations.length === 0 && (
        <EmptyState titleText={t('migrations.title')} headingLevel="h2">
          <EmptyStateBody>{t('migrations.none', { namespace })}</EmptyStateBody>
        </EmptyState>
      )}
      {data !== undefined && data.migrations.length > 0 && <MigrationTable migrations={data.migrations} />}
    </Stack>
  );
}

function Installed({ cluster }: { readonly cluster: ClusterConfig }) {
  const { t } = useTranslation();
  const { tekton, namespace } = cluster;
  if (!tekton.isInstalled) return <Alert component="p" variant="warning" isInline title={t('migrations.noTekton')} />;
  if (tekton.pipelines.length > 0 || tekton.message !== '') return null;
  return <Alert component="p" variant="warning" isInline title={t('migrations.noPipelines', { namespace })} />;
}

function MigrationTable({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Table aria-label={t('migrations.title')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('migrations.name')}</Th>
          <Th>{t('migrations.from')}</Th>
          <Th>{t('migrations.to')}</Th>
          <Th>{t('migrations.images')}</Th>
          <Th>{t('migrations.claims')}</Th>
          <Th>{t('migrations.state')}</Th>
          <Th>{t('migrations.created')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {migrations.map((migration) => (
          <Tr key={`${migration.origin} ${migration.name}`}>
            <Td dataLabel={t('migrations.name')}>
              <Link to={`/migrations/${encodeURIComponent(migration.name)}`}>{migration.name}</Link>
              {migration.origin === 'forerunner' && (
                <>
                  {' '}
                  <Label isCompact>{t('migrations.forerunner')}</Label>
                </>
              )}
            </Td>
            <Td dataLabel={t('migrations.from')}>{migration.sourceNamespace}</Td>
            <Td dataLabel={t('migrations.to')}>{migration.destinationNamespace}</Td>
            <Td dataLabel={t('migrations.images')}>{migration.images}</Td>
            <Td dataLabel={t('migrations.claims')}>{migration.claims}</Td>
            <Td dataLabel={t('migrations.state')}>
              {migration.lastRun === undefined ? (
                t('migrations.neverStarted')
              ) : (
                <Link to={`/runs/${encodeURIComponent(migration.lastRun.name)}`}>
                  <PhaseLabel phase={migration.lastRun.phase} />
                </Link>
              )}
            </Td>
            <Td dataLabel={t('migrations.created')}>{formatTime(migration.createdAt, i18n.language)}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
