import { Button, Content, Label, Stack, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { ReportAnswer, ReportView, StartedTaskAnswer } from '../../../src/wizard/api/after.ts';
import { get, post } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { CodeBody, CodeText, ServerText } from '../shared/code-text.tsx';
import { DataTable } from '../shared/data-table.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { areasOfTask } from '../texts/codes/areas-of-task.ts';

interface ReportPanelProps {
  readonly run: string;
  /** In the Pipeline. */
  readonly task: string;
}

const refreshMilliseconds = 3000;

/** The report of a task, or why there is none. */
export function ReportPanel({ run, task }: ReportPanelProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useReport(run, task);
  return (
    <section aria-label={t('report.title', { task })}>
      <Stack hasGutter>
        <Title headingLevel="h3">{t('report.title', { task })}</Title>
        {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
        {data === undefined && error === null && <Loading />}
        {data !== undefined && data.state !== 'found' && <Missing run={run} state={data.state} />}
        {data?.report !== undefined && <Report report={data.report} />}
        {data?.parts?.map((part) => (
          <section key={part.task} aria-label={t('report.title', { task: part.task })}>
            <Title headingLevel="h4">{t('report.title', { task: part.task })}</Title>
            <Report report={part} />
          </section>
        ))}
      </Stack>
    </section>
  );
}

/** The report of a task, asked for again while it is being read. */
export function useReport(run: string, task: string) {
  return useQuery({
    queryKey: ['reports', run, task],
    queryFn: () => get<ReportAnswer>(`/runs/${encodeURIComponent(run)}/reports/${encodeURIComponent(task)}`),
    refetchInterval: ({ state }) => (state.data?.state === 'reading' || state.data?.state === 'not-ended' ? refreshMilliseconds : false),
  });
}

function Missing({ run, state }: { readonly run: string; readonly state: Exclude<ReportAnswer['state'], 'found'> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: () => post<StartedTaskAnswer>(`/runs/${encodeURIComponent(run)}/reports`, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['reports', run] }),
  });
  return (
    <>
      <Alert component="p" variant="info" isInline title={t(`report.states.${state}`)} />
      {read.error !== null && <ProblemCard error={read.error} />}
      {state === 'unread' && (
        <div>
          <Button variant="secondary" isDisabled={read.isPending} onClick={() => read.mutate()}>
            {t('report.read')}
          </Button>
        </div>
      )}
    </>
  );
}

const statuses = { done: 'success', skipped: 'info', failed: 'danger' } as const;

function Report({ report }: { readonly report: ReportView }) {
  const { t } = useTranslation();
  const { counts, items, leftOut, status, message, remedy } = report;
  const areas = areasOfTask[report.task] ?? [];
  return (
    <>
      <div>
        <CodeBody code={status} message={message} remedy={remedy} />
      </div>
      <Content component="p">{t('report.counts', { ...counts })}</Content>
      {items.length > 0 && (
        <DataTable
          label={t('report.title', { task: report.task })}
          rows={items}
          keyOf={({ id }, index) => `${id} ${String(index)}`}
          columns={[
            { title: t('report.item'), cell: ({ id }) => id, breaksWords: true },
            {
              title: t('report.outcome'),
              cell: ({ outcome }) => <Label status={statuses[outcome]}>{t(`report.outcomes.${outcome}`)}</Label>,
            },
            { title: t('report.reason'), cell: ({ reason }) => reason },
            {
              title: t('report.message'),
              cell: (item) => (
                <>
                  <CodeText code={item.reason} areas={areas} message={item.message} />
                  {item.evidence.length > 0 && <ServerText>{` · ${item.evidence.join(' · ')}`}</ServerText>}
                </>
              ),
              breaksWords: true,
            },
          ]}
        />
      )}
      {leftOut > 0 && <Content component="p">{t('report.leftOut', { count: leftOut })}</Content>}
    </>
  );
}
