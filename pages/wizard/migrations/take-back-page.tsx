import { Button, Checkbox, Content, FormGroup, Stack, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { StartedTaskAnswer, TakeBackAnswer, TakeBackRequest, TakeBackTask } from '../../../src/wizard/api/after.ts';
import { get, post } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { ServerText } from '../shared/code-text.tsx';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { TakeBackTable } from './take-back-table.tsx';

const refreshMilliseconds = 3000;
const kinds = ['PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition'] as const;

/** Takes a move back: first the list of what would be deleted, then the confirmation, then the progress. */
export function TakeBackPage() {
  const { t } = useTranslation();
  const { migration = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['migrations', migration, 'take-back'],
    queryFn: () => get<TakeBackAnswer>(`/migrations/${encodeURIComponent(migration)}/take-back`),
    refetchInterval: ({ state }) => (isRunning(state.data?.task) ? refreshMilliseconds : false),
  });
  return (
    <Stack hasGutter>
      <Title headingLevel="h1">{t('takeBack.title', { name: migration })}</Title>
      <Link to={`/migrations/${encodeURIComponent(migration)}`}>{t('takeBack.back')}</Link>
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <Steps key={data.task?.name ?? ''} name={migration} answer={data} />}
    </Stack>
  );
}

function isRunning(task: TakeBackTask | undefined): boolean {
  return task?.phase === 'running' || task?.phase === 'pending';
}

interface StepsProps {
  readonly name: string;
  readonly answer: TakeBackAnswer;
}

function Steps({ name, answer }: StepsProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, later, task } = answer;
  const start = useMutation({
    mutationFn: (request: TakeBackRequest) => post<StartedTaskAnswer>(`/migrations/${encodeURIComponent(name)}/take-back`, request),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['migrations'] }),
  });
  const isCurrent = task !== undefined && task.digest !== '' && task.run === run;
  const isBusy = start.isPending || isRunning(task);
  return (
    <>
      <Content component="p">{run === '' ? t('takeBack.nothing') : t('takeBack.explain', { run })}</Content>
      {later.length > 0 && <Content component="p">{t('takeBack.later', { runs: later.join(', ') })}</Content>}
      {start.error !== null && <ProblemCard error={start.error} />}
      {run !== '' && (
        <div>
          <Button variant={isCurrent ? 'secondary' : 'primary'} isDisabled={isBusy} onClick={() => start.mutate({ dryRun: true })}>
            {t(task === undefined ? 'takeBack.list' : 'takeBack.again')}
          </Button>
        </div>
      )}
      {task !== undefined && <Progress task={task} />}
      {task !== undefined && !isCurrent && task.items.length > 0 && <TakeBackTable task={task} selected={[]} onSelect={undefined} />}
      {task !== undefined && task.leftOut > 0 && <Content component="p">{t('takeBack.leftOut', { count: task.leftOut })}</Content>}
      {isCurrent && <Choice name={name} task={task} isPending={isBusy} error={start.error} confirm={(choice) => start.mutate(choice)} />}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly task: TakeBackTask;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly confirm: (request: TakeBackRequest) => void;
}

/** What is deleted besides the objects that did not change, and the confirmation. */
function Choice({ name, task, isPending, error, confirm }: ChoiceProps) {
  const { t } = useTranslation();
  const [allowChanged, setAllowChanged] = useState<readonly string[]>([]);
  const [includeKinds, setIncludeKinds] = useState<readonly string[]>([]);
  const [isOpen, setOpen] = useState(false);
  const { digest, run } = task;
  const chosen = [...allowChanged, ...includeKinds].join(', ');
  return (
    <>
      <TakeBackTable task={task} selected={allowChanged} onSelect={(item, isOn) => setAllowChanged(toggled(allowChanged, item, isOn))} />
      <FormGroup role="group" label={t('takeBack.kinds')} fieldId="take-back-kinds">
        {kinds.map((kind) => (
          <Checkbox
            key={kind}
            id={`take-back-${kind}`}
            label={kind}
            isChecked={includeKinds.includes(kind)}
            onChange={(_event, isOn) => setIncludeKinds(toggled(includeKinds, kind, isOn))}
          />
        ))}
      </FormGroup>
      <div>
        <Button variant="danger" isDisabled={isPending} onClick={() => setOpen(true)}>
          {t('takeBack.confirm')}
        </Button>
      </div>
      {isOpen && (
        <ConfirmDialog
          title={t('takeBack.title', { name })}
          name={name}
          confirm={t('takeBack.confirm')}
          isDangerous
          isPending={isPending}
          error={error}
          onConfirm={() => confirm({ dryRun: false, name, digest, allowChanged, includeKinds })}
          onClose={() => setOpen(false)}
        >
          <Content component="p">{t('takeBack.deletes', { run })}</Content>
          {chosen !== '' && <Content component="p">{t('takeBack.chosen', { chosen })}</Content>}
        </ConfirmDialog>
      )}
    </>
  );
}

function toggled(list: readonly string[], value: string, isOn: boolean): readonly string[] {
  return isOn ? [...list, value] : list.filter((each) => each !== value);
}

/** How the newest TaskRun is; screen readers get each change. */
function Progress({ task }: { readonly task: TakeBackTask }) {
  const { t } = useTranslation();
  const running = t(task.isDryRun ? 'takeBack.listing' : 'takeBack.running');
  return (
    <div role="status">
      {isRunning(task) && <Alert component="p" variant="info" isInline title={running} />}
      {task.error !== '' && (
        <Alert component="p" variant="danger" isInline title={t('takeBack.failed')}>
          <ServerText>{task.error}</ServerText>
        </Alert>
      )}
      {!task.isDryRun && task.endedAt !== '' && task.error === '' && (
        <Alert component="p" variant={task.phase === 'succeeded' || task.phase === 'changes-kept' ? 'success' : 'warning'} isInline title={t('takeBack.ended')}>
          {t('takeBack.next')}
        </Alert>
      )}
      <Link to={`/runs/${encodeURIComponent(task.name)}`}>{t('takeBack.follow')}</Link>
    </div>
  );
}
