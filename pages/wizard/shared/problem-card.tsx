import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { ApiError } from '../http/client.ts';

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
    <Alert component="p"
      variant="danger"
      isInline
      title={problem?.detail ?? String(error)}
      {...(action === undefined ? {} : { actionLinks: action })}
    >
      <p>{problem?.remedy}</p>
      {problem !== undefined && problem.requestId !== '' && <p>{t('requestId', { id: problem.requestId })}</p>}
    </Alert>
  );
}
