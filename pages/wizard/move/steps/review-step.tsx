import { ActionList, ActionListItem, Alert, Button, CodeBlock, CodeBlockCode, Content, Spinner, Title, useWizardContext, Stack } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { Problem } from '../../../../src/domain/planning/problem.ts';
import type { CreateMigrationAnswer, CreateMigrationRequest } from '../../../../src/wizard/api/migrations.ts';
import type { PlanAnswer } from '../../../../src/wizard/api/planning.ts';
import { post } from '../../http/client.ts';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { defaultName, type StepProps } from '../use-plan.ts';

/** All answers and objects, before anything is created. */
export function ReviewStep({ draft, plan }: StepProps) {
  const { t } = useTranslation();
  const { data, error } = plan;
  if (error !== null) return <ProblemCard error={error} retry={() => void plan.refetch()} />;
  if (data === undefined) return <Spinner aria-label={t('loading')} />;
  return (
    <Stack hasGutter>
      <ProblemList title={t('review.problems')} problems={data.problems.filter(({ severity }) => severity === 'error')} isError />
      <ProblemList title={t('review.warnings')} problems={data.problems.filter(({ severity }) => severity === 'warning')} />
      {data.estimate !== undefined && <Content component="p">{t('review.estimate', { ...data.estimate })}</Content>}
      <CreateButtons draft={draft} data={data} />
      <Details data={data} />
    </Stack>
  );
}

interface ProblemListProps {
  readonly title: string;
  readonly problems: readonly Problem[];
  readonly isError?: boolean;
}

function ProblemList({ title, problems, isError = false }: ProblemListProps) {
  if (problems.length === 0) return null;
  return (
    <Alert component="p" variant={isError ? 'danger' : 'warning'} isInline title={title}>
      <ul>
        {problems.map(({ path, code, message, remedy }) => (
          <li key={`${path} ${code} ${message}`}>
            {message}. {remedy}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function CreateButtons({ draft, data }: Pick<StepProps, 'draft'> & { readonly data: PlanAnswer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { goToPrevStep } = useWizardContext();
  const create = useMutation({
    mutationFn: (request: CreateMigrationRequest) => post<CreateMigrationAnswer>('/migrations', request),
    onSuccess: ({ name, run }) => navigate(run === '' ? `/migrations/${name}` : `/runs/${run}`),
  });
  const { answers, inventory } = draft;
  const name = answers.name === '' ? defaultName(answers.source.namespace) : answers.name;
  const request = { inventory, answers: { ...answers, name } };
  const isBlocked = data.run === undefined || create.isPending;
  const { action } = data.run ?? {};
  return (
    <>
      {create.error !== null && <ProblemCard error={create.error} />}
      <ActionList>
        <ActionListItem>
          <Button variant="secondary" onClick={() => void goToPrevStep()}>
            {t('move.back')}
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button isDisabled={isBlocked} onClick={() => create.mutate({ ...request, ...(action === undefined ? {} : { start: action }) })}>
            {t('move.createAndStart')}
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button variant="secondary" isDisabled={isBlocked} onClick={() => create.mutate(request)}>
            {t('move.create')}
          </Button>
        </ActionListItem>
      </ActionList>
    </>
  );
}

function Details({ data }: { readonly data: PlanAnswer }) {
  const { t } = useTranslation();
  const parts = [
    { title: t('review.commands'), text: data.commands.join('\n') },
    { title: t('review.answers'), text: data.answers },
    { title: t('review.objects'), text: data.objects },
  ];
  return parts.map(({ title, text }) => (
    <section key={title} aria-label={title}>
      <Title headingLevel="h2">{title}</Title>
      <CodeBlock>
        <CodeBlockCode tabIndex={0}>{text}</CodeBlockCode>
      </CodeBlock>
    </section>
  ));
}
