import { CodeBlock, CodeBlockCode, ExpandableSection, Stack } from '@patternfly/react-core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Problem } from '../../../src/domain/planning/problem.ts';
import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { ApplicationPlanAnswer, ApplicationRunRequest } from '../../../src/wizard/api/applications.ts';
import type { StartRunAnswer } from '../../../src/wizard/api/migrations.ts';
import { post } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { CodeText } from '../shared/code-text.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';

/** The plan of the answers so far, from the server. */
export function useApplicationPlan(connection: string, answers: ApplicationAnswers) {
  return useQuery({
    queryKey: ['applications', 'plan', connection, answers],
    queryFn: () => post<ApplicationPlanAnswer>('/applications/plans', { connection, answers }),
    placeholderData: keepPreviousData,
  });
}

/** Starts a run. @param onStarted gets its name */
export function useStart(connection: string, onStarted: (run: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: Omit<ApplicationRunRequest, 'connection'>) => post<StartRunAnswer>('/applications/runs', { connection, ...request }),
    onSuccess: async ({ run }) => {
      await queries.invalidateQueries({ queryKey: ['applications', 'runs'] });
      onStarted(run);
    },
  });
}

/** What is missing, then the objects and the command, before anything is created. */
export function PlanPreview({ plan }: { readonly plan: ReturnType<typeof useApplicationPlan> }) {
  const { t } = useTranslation();
  const { data, error } = plan;
  if (error !== null) return <ProblemCard error={error} retry={() => void plan.refetch()} />;
  if (data === undefined) return null;
  return (
    <Stack hasGutter>
      <div role="status" id="plan-problems">
        {data.problems.length > 0 && (
          <Alert component="p" variant="info" isInline title={t('applications.needs')}>
            <ul>
              {data.problems.map((problem) => (
                <li key={`${problem.path} ${problem.message}`}>
                  <Words problem={problem} />
                </li>
              ))}
            </ul>
          </Alert>
        )}
      </div>
      {data.objects !== '' && (
        <>
          <Text title={t('applications.objects')} text={data.objects} />
          <Text title={t('applications.command')} text={data.command} />
        </>
      )}
    </Stack>
  );
}

/** What the page calls an answer that a run cannot do without, by its place: a key of the texts. */
const neededNames: Readonly<Record<string, string>> = {
  workload: 'imageForm.workload',
  registry: 'imageForm.registry',
  path: 'imageForm.path',
  release: 'releaseForm.release',
  claim: 'claims.name',
  publishTo: 'publishForm.registry',
};

function Words({ problem: { path, code, message, remedy } }: { readonly problem: Problem }) {
  const { t } = useTranslation();
  const name = code === 'answer-missing' ? neededNames[path] : undefined;
  if (name !== undefined) return t('applications.give', { name: t(name) });
  return <CodeText code={code} areas={['planning']} message={message} remedy={remedy} hasHelp />;
}

function Text({ title, text }: { readonly title: string; readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <ExpandableSection toggleText={title} isExpanded={isOpen} onToggle={(_event, isExpanded) => setOpen(isExpanded)}>
      {isOpen && (
        <CodeBlock>
          <CodeBlockCode tabIndex={0}>{text}</CodeBlockCode>
        </CodeBlock>
      )}
    </ExpandableSection>
  );
}
