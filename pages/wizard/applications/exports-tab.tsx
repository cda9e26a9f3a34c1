import { Button, ClipboardCopy, Content, Flex, Label, Stack } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ExportsAnswer, ExportView } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { DataTable } from '../shared/data-table.tsx';
import { formatBytes, formatTime } from '../shared/format.ts';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import type { ApplicationTabProps } from './applications-page.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { Toggle } from './fields.tsx';
import { listPath } from './place.ts';

const refreshMilliseconds = 10_000;

/** The portable images of a namespace, which all its users see. */
export function ExportsTab({ place }: ApplicationTabProps) {
  const { t } = useTranslation();
  const [showsFailed, setShowsFailed] = useState(true);
  const [showsDeleted, setShowsDeleted] = useState(false);
  const hide = [...(showsFailed ? [] : ['failed']), ...(showsDeleted ? [] : ['deleted'])].join(',');
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', 'exports', place, hide],
    queryFn: () => get<ExportsAnswer>(listPath('exports', place, hide === '' ? {} : { hide })),
    refetchInterval: refreshMilliseconds,
  });
  const [deleted, setDeleted] = useState<ExportView>();
  const { namespace } = place;
  return (
    <Stack hasGutter>
      <Flex>
        <Toggle id="show-failed" label={t('exportList.showFailed')} isChecked={showsFailed} onChange={setShowsFailed} />
        <Toggle id="show-deleted" label={t('exportList.showDeleted')} isChecked={showsDeleted} onChange={setShowsDeleted} />
      </Flex>
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && data.invalid.length > 0 && (
        <Alert component="p" variant="warning" isInline title={t('exportList.invalid', { names: data.invalid.join(', ') })} />
      )}
      {data?.exports.length === 0 && (
        <Content component="p">{hide === '' ? t('exportList.none', { namespace }) : t('exportList.noneShown', { namespace })}</Content>
      )}
      {data !== undefined && data.exports.length > 0 && <ExportTable exports={data.exports} onDelete={setDeleted} />}
      {deleted !== undefined && <DeleteDialog place={place} shown={deleted} onClose={() => setDeleted(undefined)} />}
    </Stack>
  );
}

const statuses = {
  'in-progress': 'info',
  interrupted: 'warning',
  ready: 'success',
  failed: 'danger',
  deleted: 'custom',
  'delete-failed': 'danger',
} as const;

interface ExportTableProps {
  readonly exports: readonly ExportView[];
  readonly onDelete: (chosen: ExportView) => void;
}

function ExportTable({ exports, onDelete }: ExportTableProps) {
  const { t, i18n } = useTranslation();
  const columns = [
    { title: t('exportList.name'), cell: ({ name, workload }: ExportView) => <NameCell name={name} workload={workload} /> },
    { title: t('exportList.state'), cell: (row: ExportView) => <StateCell row={row} />, breaksWords: true },
    { title: t('exportList.image'), cell: (row: ExportView) => <ImageCell row={row} />, breaksWords: true },
    { title: t('exportList.size'), cell: ({ size }: ExportView) => (size === 0 ? '' : formatBytes(size, i18n.language)) },
    { title: t('exportList.created'), cell: ({ created }: ExportView) => formatTime(created, i18n.language) },
    {
      title: t('exportList.workspace'),
      cell: ({ isWorkspaceIncluded }: ExportView) => t(isWorkspaceIncluded ? 'exportList.included' : 'exportList.leftOut'),
    },
    {
      title: t('list.actions'),
      cell: (row: ExportView) =>
        row.state === 'deleted' || row.state === 'in-progress' ? null : (
          <Button variant="secondary" isDanger size="sm" onClick={() => onDelete(row)}>
            {t('exportList.delete', { name: row.name })}
          </Button>
        ),
    },
  ];
  return <DataTable label={t('applications.tabs.exports')} rows={exports} keyOf={({ id }) => id} columns={columns} />;
}

function NameCell({ name, workload }: Pick<ExportView, 'name' | 'workload'>) {
  return (
    <>
      {name}
      <Content component="small">{workload}</Content>
    </>
  );
}

function StateCell({ row: { state, message, isPublic } }: { readonly row: ExportView }) {
  const { t } = useTranslation();
  return (
    <>
      <Label status={statuses[state]}>{t(`exportList.states.${state}`)}</Label>
      {isPublic !== undefined && <Content component="small">{t(isPublic ? 'exportList.public' : 'exportList.private')}</Content>}
      {message !== '' && <Content component="small" lang="en">{message}</Content>}
    </>
  );
}

function ImageCell({ row: { name, image, digest, runCommand, notes } }: { readonly row: ExportView }) {
  const { t } = useTranslation();
  return (
    <>
      {image}
      <Content component="small">{digest}</Content>
      {runCommand !== '' && (
        <>
          <Content component="small">{t('exportList.runCommand')}</Content>
          <ClipboardCopy
            isReadOnly
            hoverTip={t('exportList.copy', { name })}
            clickTip={t('exportList.copied')}
            textAriaLabel={t('exportList.runCommand')}
            toggleAriaLabel={t('exportList.runCommand')}
          >
            {runCommand}
          </ClipboardCopy>
        </>
      )}
      {notes.map((note) => (
        <Content key={note} component="small" lang="en">
          {note}
        </Content>
      ))}
    </>
  );
}
