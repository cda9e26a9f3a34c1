import { Content } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ApplicationRunsAnswer, ApplicationRunView } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { DataTable } from '../shared/data-table.tsx';
import { formatTime } from '../shared/format.ts';
import { Loading } from '../shared/loading.tsx';
import { PhaseLabel } from '../shared/phase-label.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';

const refreshMilliseconds = 5000;

/** The runs that make, export, publish and delete. */
export function ApplicationRunsTab() {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', 'runs'],
    queryFn: () => get<ApplicationRunsAnswer>('/applications/runs'),
    refetchInterval: refreshMilliseconds,
  });
  if (error !== null) return <ProblemCard error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.runs.length === 0) return <Content component="p">{t('applications.noRunsYet')}</Content>;
  const whatOf = ({ action, isPlan }: ApplicationRunView): string =>
    isPlan ? t('applications.plan') : t(`applications.actions.${action as 'portable-image'}`);
  return (
    <DataTable
      label={t('applications.tabs.runs')}
      rows={data.runs}
      keyOf={({ name }) => name}
      columns={[
        { title: t('applications.run'), cell: ({ name }) => <Link to={`/runs/${encodeURIComponent(name)}`}>{name}</Link> },
        { title: t('applications.action'), cell: whatOf },
        { title: t('applications.subject'), cell: ({ subject }) => subject, breaksWords: true },
        { title: t('run.state'), cell: ({ phase }) => <PhaseLabel phase={phase} /> },
        { title: t('migration.started'), cell: ({ startedAt }) => formatTime(startedAt, i18n.language) },
      ]}
    />
  );
}
