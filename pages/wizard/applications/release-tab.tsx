import { Content, Form, Stack } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { ReleasesAnswer } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import type { ApplicationTabProps } from './applications-page.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { ClaimField, RunFields, TextField } from './fields.tsx';
import { listPath } from './place.ts';
import { StartButton } from './start-button.tsx';

/** Exports a release of Helm to a folder of a claim. */
export function ReleaseTab({ place }: ApplicationTabProps) {
  const { t } = useTranslation();
  const { connection, namespace } = place;
  const [given, setGiven] = useState<ApplicationAnswers>({ action: 'app-export', namespace });
  const change = (more: Partial<ApplicationAnswers>): void => setGiven({ ...given, ...more });
  const folder = [given.claim, given.folder, 'app', given.release].filter((part) => part !== undefined && part !== '').join('/');
  return (
    <Stack hasGutter>
      <Releases place={place} chosen={given.release ?? ''} onChoose={(release) => change({ release })} />
      <Form onSubmit={(event) => event.preventDefault()}>
        <ClaimField label={t('releaseForm.claim')} answers={given} change={change} />
        <TextField id="export-folder" label={t('releaseForm.folder')} value={given.folder} onChange={(value) => change({ folder: value })} />
        <RunFields answers={given} change={change} />
      </Form>
      <Content component="p">{t('releaseForm.result', { folder })}</Content>
      <Content component="p">{t('releaseForm.passwords')}</Content>
      <StartButton label={t('releaseForm.start')} connection={connection} answers={given} />
    </Stack>
  );
}

interface ReleasesProps extends ApplicationTabProps {
  readonly chosen: string;
  readonly onChoose: (release: string) => void;
}

function Releases({ place, chosen, onChoose }: ReleasesProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', 'releases', place],
    queryFn: () => get<ReleasesAnswer>(listPath('releases', place)),
  });
  if (error !== null) return <ProblemCard error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.releases.length === 0) return <Alert component="p" variant="info" isInline title={t('releaseForm.noReleases', { namespace: place.namespace })} />;
  return (
    <ChoiceTable
      label={t('releaseForm.releases')}
      first={t('releaseForm.release')}
      rows={data.releases}
      nameOf={({ name }) => name}
      refusalOf={() => ''}
      chosen={chosen}
      onChoose={({ name }) => onChoose(name)}
      columns={[
        { title: t('releaseForm.revision'), cell: ({ revision }) => String(revision) },
        { title: t('releaseForm.status'), cell: ({ status }) => status },
      ]}
    />
  );
}
