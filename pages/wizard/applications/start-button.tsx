import { Button } from '@patternfly/react-core';
import { useNavigate } from 'react-router';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import { ProblemCard } from '../shared/problem-card.tsx';
import { RightsNote, useRights } from '../shared/rights-note.tsx';
import { withoutEmpty } from './fields.tsx';
import { PlanPreview, useApplicationPlan, useStart } from './use-run.tsx';

interface StartButtonProps {
  readonly label: string;
  readonly connection: string;
  readonly answers: ApplicationAnswers;
}

/** What is created, and the button that starts the run and shows it. */
export function StartButton({ label, connection, answers: given }: StartButtonProps) {
  const navigate = useNavigate();
  const answers = withoutEmpty(given);
  const plan = useApplicationPlan(connection, answers);
  const rights = useRights('applications');
  const start = useStart(connection, (run) => void navigate(`/runs/${encodeURIComponent(run)}`));
  const isReady = plan.data !== undefined && plan.data.objects !== '' && !plan.isPlaceholderData && rights?.isAllowed !== false;
  return (
    <>
      <PlanPreview plan={plan} />
      <RightsNote id="may-not-run" rights={rights} />
      {start.error !== null && <ProblemCard error={start.error} />}
      <div>
        <Button
          isDisabled={!isReady || start.isPending}
          isLoading={start.isPending}
          aria-describedby="plan-problems may-not-run"
          onClick={() => start.mutate({ answers })}
        >
          {label}
        </Button>
      </div>
    </>
  );
}
