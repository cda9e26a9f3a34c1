import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Flex, Title, Stack } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { MigrationsAnswer } from '../../../src/wizard/api/migrations.ts';
import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { useLive } from '../events/use-events.ts';
import { get } from '../http/client.ts';
import { Installed } from '../shared/installed.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { MigrationTable } from './migration-table.tsx';

const documentation = 'https://github.com/crane-tasks/crane-tasks/blob/main/docs/wizard.md';

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
  const isEmpty = data?.migrations.length === 0;
  const create = <Button onClick={() => void navigate('/move')}>{t('migrations.create')}</Button>;
  return (
    <Stack hasGutter>
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
        <Title headingLevel="h1">{t('migrations.title')}</Title>
        {!isEmpty && create}
      </Flex>
      <Installed config={config} />
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {isEmpty && (
        <EmptyState titleText={t('migrations.empty')} headingLevel="h2">
          <EmptyStateBody>{t('migrations.none', { namespace })}</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions>{create}</EmptyStateActions>
            <EmptyStateActions>
              <Button variant="link" component="a" href={documentation} target="_blank" rel="noreferrer">
                {t('migrations.docs')}
              </Button>
            </EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      )}
      {data !== undefined && data.migrations.length > 0 && <MigrationTable migrations={data.migrations} />}
    </Stack>
  );
}
