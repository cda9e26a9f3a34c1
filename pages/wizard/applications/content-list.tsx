import { Button, Checkbox, Content, Stack, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ReportItemView } from '../../../src/wizard/api/after.ts';
import type { RunAnswer } from '../../../src/wizard/api/migrations.ts';
import { get } from '../http/client.ts';
import { useReport } from '../runs/report-panel.tsx';
import { Alert } from '../shared/alert.tsx';
import { CodeBody, CodeText, ServerText } from '../shared/code-text.tsx';
import { DataTable } from '../shared/data-table.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { areasOfTask } from '../texts/codes/areas-of-task.ts';

interface ContentListProps {
  /** The run that makes the list. */
  readonly run: string;
  readonly isConfirmed: boolean;
  readonly onConfirm: (isConfirmed: boolean) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onMake: () => void;
}

const refreshMilliseconds = 2000;

/** What would go into an image, from the report of a run, and then the button that makes it. */
export function ContentList({ run, ...rest }: ContentListProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['runs', run],
    queryFn: () => get<RunAnswer>(`/runs/${encodeURIComponent(run)}`),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.endedAt === '' ? refreshMilliseconds : false),
  });
  const hasEnded = data !== undefined && data.endedAt !== '';
  return (
    <Stack hasGutter>
      <div role="status">
        {error !== null && <ProblemCard error={error} />}
        {!hasEnded && <Alert component="p" variant="info" isInline title={t('imageForm.listing')} />}
        {hasEnded && data.phase !== 'succeeded' && <Failure run={data} />}
      </div>
      <div>
        <Link to={`/runs/${encodeURIComponent(run)}`}>{t('imageForm.follow')}</Link>
      </div>
      {hasEnded && data.phase === 'succeeded' && <Listed run={run} {...rest} />}
    </Stack>
  );
}

/** The message of the task that failed says why, such as a workload that must not become an image. */
function Failure({ run }: { readonly run: RunAnswer }) {
  const { t } = useTranslation();
  const failed = run.tasks.find(({ phase }) => phase === 'failed')?.name ?? '';
  const report = useReport(run.name, failed === '' ? 'containerize' : failed);
  const { status = '', message, remedy } = report.data?.report ?? {};
  return (
    <Alert component="p" variant="danger" isInline title={t('imageForm.listFailed')}>
      <CodeBody code={status} message={message ?? run.message} remedy={remedy ?? ''} />
    </Alert>
  );
}

function Listed({ run, isConfirmed, onConfirm, isPending, error, onMake }: ContentListProps) {
  const { t } = useTranslation();
  const { data, error: failure, refetch } = useReport(run, 'containerize');
  if (failure !== null) return <ProblemCard error={failure} retry={() => void refetch()} />;
  if (data?.report === undefined) return <Content component="p">{data === undefined ? t('loading') : t(`report.states.${data.state as 'reading'}`)}</Content>;
  const { items } = data.report;
  const repository = items.find(({ id }) => id.startsWith('repository '));
  const included = items.filter(({ reason }) => reason === 'area-planned');
  const leftOut = items.filter((item) => item.reason !== 'area-planned' && item !== repository);
  const isPublic = repository?.reason !== 'private-repository';
  return (
    <>
      <Items title={t('imageForm.included')} items={included} />
      <Items title={t('imageForm.leftOut')} items={leftOut} />
      {isPublic ? (
        <Alert component="p" variant="warning" isInline title={<>{t('imageForm.public')}: <ServerText>{repository?.message ?? ''}</ServerText></>}>
          <p>{t('imageForm.publicHelp')}</p>
          <Checkbox id="confirm-public" label={t('imageForm.confirmPublic')} isChecked={isConfirmed} onChange={(_event, isOn) => onConfirm(isOn)} />
        </Alert>
      ) : (
        <Content component="p">{t('imageForm.private')}</Content>
      )}
      {error !== null && <ProblemCard error={error} />}
      <div>
        <Button isDisabled={isPending || (isPublic && !isConfirmed)} onClick={onMake}>
          {t('imageForm.make')}
        </Button>
      </div>
    </>
  );
}

function Items({ title, items }: { readonly title: string; readonly items: readonly ReportItemView[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <Title headingLevel="h3">{title}</Title>
      <DataTable
        label={title}
        rows={items}
        keyOf={({ id }, index) => `${id} ${String(index)}`}
        columns={[
          { title: t('imageForm.what'), cell: ({ id }) => id, breaksWords: true },
          { title: t('imageForm.reason'), cell: ({ reason, message }) => <CodeText code={reason} areas={areasOfTask['app-containerize'] ?? []} message={message} />, breaksWords: true },
        ]}
      />
    </section>
  );
}
