import { Button, Content, Form, Label, Stack } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { WorkloadsAnswer, WorkloadView } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { ServerText } from '../shared/code-text.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { RightsNote, useRights } from '../shared/rights-note.tsx';
import type { ApplicationTabProps } from './applications-page.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { ContentList } from './content-list.tsx';
import { RunFields, TextField, Toggle, withoutEmpty, type AnswersProps } from './fields.tsx';
import { listPath } from './place.ts';
import { PlanPreview, useApplicationPlan, useStart } from './use-run.tsx';

/** Makes one image of a workload: what goes in is listed and looked at first. */
export function ImageTab({ place }: ApplicationTabProps) {
  const navigate = useNavigate();
  const { connection, namespace } = place;
  const [given, setGiven] = useState<ApplicationAnswers>({ action: 'portable-image', namespace });
  const [listed, setListed] = useState({ run: '', of: '' });
  const change = (more: Partial<ApplicationAnswers>): void => setGiven({ ...given, ...more });
  const answers = withoutEmpty(given);
  const { confirmPublic = false, ...decided } = answers;
  const plan = useApplicationPlan(connection, decided);
  const rights = useRights('applications');
  const list = useStart(connection, (run) => setListed({ run, of: JSON.stringify(decided) }));
  const make = useStart(connection, (run) => void navigate(`/runs/${encodeURIComponent(run)}`));
  const isReady = plan.data !== undefined && plan.data.objects !== '' && !plan.isPlaceholderData && rights?.isAllowed !== false;
  const isCurrent = listed.run !== '' && listed.of === JSON.stringify(decided);
  return (
    <Stack hasGutter>
      <Workloads place={place} chosen={given.workload ?? ''} onChoose={(workload) => change({ workload })} />
      <Form onSubmit={(event) => event.preventDefault()}>
        <ImageFields answers={given} change={change} />
        <RunFields answers={given} change={change} />
      </Form>
      <PlanPreview plan={plan} />
      <RightsNote id="may-not-run" rights={rights} />
      <ListButton isAgain={isCurrent} isBlocked={!isReady} list={list} onList={() => list.mutate({ answers: decided, dryRun: true })} />
      {isCurrent && (
        <ContentList
          key={listed.run}
          run={listed.run}
          isConfirmed={confirmPublic}
          onConfirm={(isOn) => change({ confirmPublic: isOn })}
          isPending={make.isPending || !isReady}
          error={make.error}
          onMake={() => make.mutate({ answers, plan: listed.run })}
        />
      )}
    </Stack>
  );
}

interface ListButtonProps {
  readonly isAgain: boolean;
  readonly isBlocked: boolean;
  readonly list: ReturnType<typeof useStart>;
  readonly onList: () => void;
}

function ListButton({ isAgain, isBlocked, list, onList }: ListButtonProps) {
  const { t } = useTranslation();
  return (
    <>
      <Content component="p">{t('imageForm.listHelp')}</Content>
      {list.error !== null && <ProblemCard error={list.error} />}
      <div>
        <Button
          variant={isAgain ? 'secondary' : 'primary'}
          isDisabled={isBlocked || list.isPending}
          isLoading={list.isPending}
          aria-describedby="plan-problems may-not-run"
          onClick={onList}
        >
          {t(isAgain ? 'imageForm.listAgain' : 'imageForm.list')}
        </Button>
      </div>
    </>
  );
}

interface WorkloadsProps extends ApplicationTabProps {
  readonly chosen: string;
  readonly onChoose: (workload: string) => void;
}

function Workloads({ place, chosen, onChoose }: WorkloadsProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', 'workloads', place],
    queryFn: () => get<WorkloadsAnswer>(listPath('workloads', place)),
  });
  if (error !== null) return <ProblemCard error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.workloads.length === 0) return <Alert component="p" variant="info" isInline title={t('imageForm.noWorkloads', { namespace: place.namespace })} />;
  const nameOf = ({ kind, name }: WorkloadView): string => `${kind.toLowerCase()}/${name}`;
  return (
    <ChoiceTable
      label={t('imageForm.workloads')}
      first={t('imageForm.workload')}
      rows={data.workloads}
      nameOf={nameOf}
      refusalOf={({ reason }) => reason}
      chosen={chosen}
      onChoose={(row) => onChoose(nameOf(row))}
      columns={[
        {
          title: t('imageForm.eligible'),
          cell: ({ isEligible }) => <Label status={isEligible ? 'success' : 'warning'}>{t(isEligible ? 'imageForm.yes' : 'imageForm.no')}</Label>,
        },
        { title: t('imageForm.profile'), cell: ({ profile }) => profile },
        { title: t('imageForm.why'), cell: ({ reason }) => <ServerText>{reason}</ServerText>, breaksWords: true },
      ]}
    />
  );
}

function pathsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((path) => path.trim());
}

function ImageFields({ answers, change }: AnswersProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField id="image-registry" label={t('imageForm.registry')} value={answers.registry} onChange={(registry) => change({ registry })} />
      <TextField id="image-path" label={t('imageForm.path')} value={answers.path} onChange={(path) => change({ path })} />
      <TextField
        id="image-name"
        label={t('imageForm.exportName')}
        help={t('imageForm.exportNameHelp')}
        value={answers.exportName}
        onChange={(exportName) => change({ exportName })}
      />
      <TextField id="image-container" label={t('imageForm.container')} value={answers.container} onChange={(container) => change({ container })} />
      <Toggle
        id="image-workspace"
        label={t('imageForm.workspace')}
        isChecked={answers.includeWorkspace ?? true}
        onChange={(includeWorkspace) => change({ includeWorkspace })}
      />
      {(['includePaths', 'excludePaths'] as const).map((name) => (
        <TextField
          key={name}
          id={`image-${name}`}
          label={t(`imageForm.${name}`)}
          help={t('imageForm.pathsHelp')}
          value={answers[name]?.join(',')}
          onChange={(text) => change({ [name]: pathsOf(text) })}
        />
      ))}
    </>
  );
}
