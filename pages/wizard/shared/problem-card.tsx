import { AlertActionLink } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { ApiError } from '../http/client.ts';
import { CodeAlert } from './code-text.tsx';

interface ProblemCardProps {
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What failed, what the user can do about it, and the id to find the request in the log of the server. */
export function ProblemCard({ error, retry }: ProblemCardProps) {
  const { t } = useTranslation();
  const problem = error instanceof ApiError ? error.problem : undefined;
  const action = retry === undefined ? undefined : <AlertActionLink onClick={retry}>{t('tryAgain')}</AlertActionLink>;
  return (
    <CodeAlert
      variant="danger"
      code={problem?.code ?? 'defect'}
      message={problem?.detail ?? String(error)}
      remedy={problem?.remedy ?? ''}
      actionLinks={action}
    >
      {problem !== undefined && problem.requestId !== '' && <p>{t('requestId', { id: problem.requestId })}</p>}
    </CodeAlert>
  );
}
