import { ActionList, ActionListGroup, ActionListItem, Button, CodeBlock, CodeBlockCode, Content, Spinner, Title, useWizardContext, Stack } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { openGaps } from '../../../../src/domain/planning/open-gaps.ts';
import type { Problem } from '../../../../src/domain/planning/problem.ts';
import type { CreateMigrationAnswer, CreateMigrationRequest } from '../../../../src/wizard/api/migrations.ts';
import type { CheckItem, PlanAnswer } from '../../../../src/wizard/api/planning.ts';
import type { ConfigAnswer } from '../../../../src/wizard/api/session.ts';
import { post, put } from '../../http/client.ts';
import { Alert } from '../../shared/alert.tsx';
import { CodeText, ServerText } from '../../shared/code-text.tsx';
import { Installed } from '../../shared/installed.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { RightsNote, useRights } from '../../shared/rights-note.tsx';
import { missingTokens, wantedTokens } from '../given-tokens.ts';
import { created } from '../leave-guard.tsx';
import { useChecks } from '../use-checks.ts';
import { namedAnswers, type StepProps } from '../use-plan.ts';
import { ReviewAnswers } from './review-answers.tsx';

/** All answers and objects, before anything is created. */
export function ReviewStep({ config, draft, change, plan, tokens }: StepProps & { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const { data, error } = plan;
  if (error !== null) return <ProblemCard error={error} retry={() => void plan.refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <Stack hasGutter>
      <Installed config={config} />
      <ProblemList title={t('review.problems')} problems={data.problems.filter(({ severity }) => severity === 'error')} isError />
      <ProblemList title={t('review.warnings')} problems={data.problems.filter(({ severity }) => severity === 'warning')} />
      {data.estimate !== undefined && <Content component="p">{t('review.estimate', { ...data.estimate })}</Content>}
      <CreateButtons draft={draft} data={data} change={change} tokens={tokens} />
      <ReviewAnswers draft={draft} questions={data.questions} />
      <Details data={data} isNew={draft.migration === ''} />
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
            <CodeText code={code} areas={['planning']} message={message} remedy={remedy} hasHelp />
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Creates the migration, or gives it the new answers, and opens its page. */
function useCreate({ migration }: StepProps['draft'], change: StepProps['change']) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: CreateMigrationRequest) =>
      migration === ''
        ? post<CreateMigrationAnswer>('/migrations', request)
        : put<CreateMigrationAnswer>(`/migrations/${encodeURIComponent(migration)}`, request),
    onSuccess: ({ name, run }) => {
      change({ type: 'dropped' });
      return navigate(run === '' ? `/migrations/${name}` : `/runs/${run}`, { state: created });
    },
  });
}

interface CreateButtonsProps extends Pick<StepProps, 'draft' | 'change' | 'tokens'> {
  readonly data: PlanAnswer;
}

function CreateButtons({ draft, data, change, tokens }: CreateButtonsProps) {
  const { t } = useTranslation();
  const isNew = draft.migration === '';
  const { goToPrevStep } = useWizardContext();
  const create = useCreate(draft, change);
  const answers = namedAnswers(draft);
  const request = { inventory: draft.inventory, answers, tokens: wantedTokens(answers, tokens) };
  const missing = missingTokens(answers, tokens);
  const checks = useChecks(draft);
  const gaps = openGaps(checks.data?.items ?? [], draft.answers);
  const mayCreate = useRights('create');
  const mayStart = useRights('start');
  const isChecked = checks.data !== undefined && gaps.length === 0;
  const isReady = isChecked && missing.length === 0;
  const isBlocked = data.run === undefined || create.isPending || !isReady || mayCreate?.isAllowed === false;
  const { action } = data.run ?? {};
  return (
    <>
      {create.error !== null && <ProblemCard error={create.error} />}
      <OpenGaps checks={checks} gaps={gaps} />
      <MissingTokens sides={missing} />
      <RightsNote id="may-not-create" rights={mayCreate} />
      {isNew && <RightsNote id="may-not-start" rights={mayStart} />}
      <ActionList>
        <ActionListGroup>
          <ActionListItem>
            <Button variant="secondary" onClick={() => void goToPrevStep()}>
              {t('move.back')}
            </Button>
          </ActionListItem>
          {isNew && (
          <ActionListItem>
            <Button isAriaDisabled={isBlocked || mayStart?.isAllowed === false} aria-describedby="open-gaps missing-tokens may-not-create may-not-start" onClick={() => create.mutate({ ...request, ...(action === undefined ? {} : { start: action }) })}>
              {t('move.createAndStart')}
            </Button>
          </ActionListItem>
          )}
          <ActionListItem>
            <Button variant={isNew ? 'secondary' : 'primary'} isAriaDisabled={isBlocked} aria-describedby="open-gaps missing-tokens may-not-create" onClick={() => create.mutate(request)}>
              {t(isNew ? 'move.create' : 'move.save')}
            </Button>
          </ActionListItem>
        </ActionListGroup>
      </ActionList>
    </>
  );
}

/** After a reload, tokens are asked for again. */
function MissingTokens({ sides }: { readonly sides: ReturnType<typeof missingTokens> }) {
  const { t } = useTranslation();
  if (sides.length === 0) return null;
  const names = sides.map((side) => t(`credentials.${side}`)).join(', ');
  return <Alert component="p" id="missing-tokens" variant="danger" isInline title={t('credentials.tokenMissing', { sides: names })} />;
}

interface OpenGapsProps {
  readonly checks: ReturnType<typeof useChecks>;
  readonly gaps: readonly CheckItem[];
}

/** What must be closed or accepted before anything is created. */
function OpenGaps({ checks, gaps }: OpenGapsProps) {
  const { t } = useTranslation();
  return (
    <>
      <div role="status">
        {checks.isFetching && <Spinner size="md" aria-label={t('check.running')} />}
        {gaps.length > 0 && (
          <Alert component="p" id="open-gaps" variant="danger" isInline title={t('check.first')}>
            <ServerText>{gaps.map(({ id }) => id).join(', ')}</ServerText>
          </Alert>
        )}
      </div>
      {checks.error !== null && <ProblemCard error={checks.error} retry={() => void checks.refetch()} />}
    </>
  );
}

/** The command creates a migration, and changes none. */
function Details({ data, isNew }: { readonly data: PlanAnswer; readonly isNew: boolean }) {
  const { t } = useTranslation();
  const parts = [
    ...(isNew ? [{ title: t('review.commands'), text: data.commands.join('\n') }] : []),
    { title: t('review.answers'), text: data.answers },
    { title: t('review.objects'), text: data.objects },
  ];
  return parts.map(({ title, text }) => (
    <section key={title} aria-label={title}>
      <Title headingLevel="h2">{title}</Title>
      {text === data.answers && <Download text={text} />}
      <CodeBlock>
        <CodeBlockCode tabIndex={0}>{text}</CodeBlockCode>
      </CodeBlock>
    </section>
  ));
}

/** The file that the command takes. */
function Download({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Button variant="link" isInline component="a" download="answers.yaml" href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`}>
      {t('review.download')}
    </Button>
  );
}
