import './runs.css';

import { EmptyState, EmptyStateBody, Stack, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { RunAnswer } from '../../../src/wizard/api/migrations.ts';
import type { RowKind } from '../../../src/wizard/api/progress.ts';
import { Loading } from '../shared/loading.tsx';
import { columnsOf } from './progress-columns.tsx';
import { ProgressNews } from './progress-news.tsx';
import { ProgressTable } from './progress-table.tsx';
import { TaskLog } from './task-log.tsx';
import { TaskTable } from './task-table.tsx';
import { useProgress, type Progress } from './use-progress.ts';

interface RunTabsProps {
  readonly run: RunAnswer;
  /** Of the run in the API. */
  readonly path: string;
}

const kinds = ['image', 'claim', 'object'] as const;
// Its packages are large: they come when it is shown.
const RunGraph = lazy(async () => ({ default: (await import('./run-graph.tsx')).RunGraph }));

/** What a run does, by task and by what is moved. */
export function RunTabs({ run, path }: RunTabsProps) {
  const { t } = useTranslation();
  const [shown, show] = useState<string>('tasks');
  const progress = useProgress(run.name);
  const title = (tab: 'tasks' | 'graph' | RowKind) => {
    const counts = tab === 'tasks' || tab === 'graph' ? undefined : progress?.counts[tab];
    return <TabTitleText>{counts === undefined || counts.all === 0 ? t(`run.tabs.${tab}`) : `${t(`run.tabs.${tab}`)} (${String(counts.ended)}/${String(counts.all)})`}</TabTitleText>;
  };
  const tabs = [
    <Tab key="tasks" eventKey="tasks" title={title('tasks')}>
      <TaskTab run={run} path={path} progress={progress} />
    </Tab>,
    ...kinds.map((kind) => (
      <Tab key={kind} eventKey={kind} title={title(kind)}>
        <RowTab kind={kind} run={run} progress={progress} />
      </Tab>
    )),
    <Tab key="graph" eventKey="graph" title={title('graph')}>
      <Suspense fallback={<Loading />}>
        <RunGraph tasks={run.tasks} />
      </Suspense>
    </Tab>,
  ];
  return (
    <>
      <ProgressNews run={run} progress={progress} />
      <Tabs activeKey={shown} onSelect={(_, key) => show(String(key))} aria-label={t('run.parts')} mountOnEnter unmountOnExit>
        {tabs}
      </Tabs>
    </>
  );
}

function TaskTab({ run, path, progress }: RunTabsProps & Pick<RowTabProps, 'progress'>) {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const task = run.tasks.find(({ name }) => name === query.get('task'));
  return (
    <Stack hasGutter>
      <Title headingLevel="h2">{t('run.tasks')}</Title>
      {run.tasks.length === 0 ? <p>{t('run.noTasks')}</p> : <TaskTable tasks={run.tasks} progress={progress?.tasks ?? []} show={(name) => setQuery({ task: name })} />}
      {task !== undefined && <TaskLog key={task.name} path={path} task={task} close={() => setQuery({})} />}
    </Stack>
  );
}

interface RowTabProps {
  readonly kind: RowKind;
  readonly run: RunAnswer;
  readonly progress: Progress | undefined;
}

function RowTab({ kind, run, progress }: RowTabProps) {
  const { t, i18n } = useTranslation();
  const label = t(`run.tabs.${kind}`);
  const rows = progress?.rows[kind] ?? [];
  return (
    <Stack hasGutter>
      <Title headingLevel="h2">{label}</Title>
      {rows.length === 0 ? (
        <EmptyState titleText={t('run.noRows')} headingLevel="h3">
          <EmptyStateBody>{t(run.endedAt === '' ? 'run.noRowsYet' : 'run.noRowsLeft')}</EmptyStateBody>
        </EmptyState>
      ) : (
        <ProgressTable label={label} rows={rows} columns={columnsOf(kind, t, i18n.language)} />
      )}
      {kind === 'object' && progress !== undefined && progress.left > 0 && <p>{t('run.left', { count: progress.left })}</p>}
    </Stack>
  );
}
