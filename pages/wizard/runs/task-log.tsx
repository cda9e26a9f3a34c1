import { CodeBlock, CodeBlockCode, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { ProblemCard } from '../shared/problem-card.tsx';

interface TaskLogProps {
  /** Of the run in the API. */
  readonly path: string;
  readonly task: string;
  readonly hasEnded: boolean;
}

const refreshMilliseconds = 2000;
const shownLines = 500;

/** The last lines of the log of a task, as text. */
export function TaskLog({ path, task, hasEnded }: TaskLogProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['log', path, task],
    queryFn: () => readLog(`/api/v1${path}/tasks/${encodeURIComponent(task)}/log?tail=${String(shownLines)}`),
    refetchInterval: hasEnded ? false : refreshMilliseconds,
  });
  return (
    <section aria-label={t('run.log', { task })}>
      <Title headingLevel="h2">{t('run.log', { task })}</Title>
      {error !== null && <ProblemCard error={error} />}
      <CodeBlock>
        <CodeBlockCode tabIndex={0}>{data === undefined || data === '' ? t('run.noLog') : data}</CodeBlockCode>
      </CodeBlock>
    </section>
  );
}

async function readLog(url: string): Promise<string> {
  const response = await fetch(url);
  return response.ok ? response.text() : '';
}
