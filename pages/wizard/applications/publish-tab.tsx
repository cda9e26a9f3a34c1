import { Content, Form, Stack } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { RegistriesAnswer, RegistryView } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { ServerText } from '../shared/code-text.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import type { ApplicationTabProps } from './applications-page.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { ClaimField, RunFields, TextField } from './fields.tsx';
import { listPath, type Place } from './place.ts';
import { StartButton } from './start-button.tsx';

const usualNamespace = 'epinio';

/** Publishes an export to a registry that a Secret describes. */
export function PublishTab({ place }: ApplicationTabProps) {
  const { t } = useTranslation();
  const { connection, namespace } = place;
  const [given, setGiven] = useState<ApplicationAnswers>({ action: 'app-publish', namespace });
  const change = (more: Partial<ApplicationAnswers>): void => setGiven({ ...given, ...more });
  const systemNamespace = given.systemNamespace ?? usualNamespace;
  return (
    <Stack hasGutter>
      <Form onSubmit={(event) => event.preventDefault()}>
        <TextField
          id="system-namespace"
          label={t('publishForm.registriesOf')}
          value={systemNamespace}
          onChange={(value) => change({ systemNamespace: value, publishTo: '', certificates: '' })}
        />
      </Form>
      {systemNamespace !== '' && (
        <Registries
          place={{ connection, namespace: systemNamespace }}
          chosen={given.publishTo ?? ''}
          onChoose={({ name, certificates }) => change({ publishTo: name, certificates })}
        />
      )}
      <Form onSubmit={(event) => event.preventDefault()}>
        <ClaimField label={t('publishForm.claim')} answers={given} change={change} />
        <TextField id="publish-folder" label={t('releaseForm.folder')} value={given.folder} onChange={(folder) => change({ folder })} />
        <TextField id="publish-release" label={t('publishForm.release')} value={given.release} onChange={(release) => change({ release })} />
        <TextField id="publish-path" label={t('publishForm.path')} value={given.path} onChange={(path) => change({ path })} />
        <TextField id="chart-version" label={t('publishForm.version')} value={given.chartVersion} onChange={(chartVersion) => change({ chartVersion })} />
        <RunFields answers={given} change={change} />
      </Form>
      <Content component="p">{t('publishForm.passwords')}</Content>
      <StartButton label={t('publishForm.start')} connection={connection} answers={given} />
    </Stack>
  );
}

interface RegistriesProps {
  readonly place: Place;
  readonly chosen: string;
  readonly onChoose: (registry: RegistryView) => void;
}

function Registries({ place, chosen, onChoose }: RegistriesProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', 'registries', place],
    queryFn: () => get<RegistriesAnswer>(listPath('registries', place)),
  });
  if (error !== null) return <ProblemCard error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.registries.length === 0) return <Alert component="p" variant="info" isInline title={t('publishForm.noRegistries', { namespace: place.namespace })} />;
  return (
    <ChoiceTable
      label={t('publishForm.registries')}
      first={t('publishForm.registry')}
      rows={data.registries}
      nameOf={({ name }) => name}
      refusalOf={({ problem }) => problem}
      chosen={chosen}
      onChoose={onChoose}
      columns={[
        { title: t('publishForm.address'), cell: ({ url }) => url, breaksWords: true },
        { title: t('imageForm.why'), cell: ({ problem }) => <ServerText>{problem}</ServerText>, breaksWords: true },
      ]}
    />
  );
}
