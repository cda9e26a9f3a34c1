import type { Problem } from '../../../src/domain/planning/problem.ts';
import { stepOf, type StepId } from './wrong-steps.ts';
import { CodeAlert } from '../shared/code-text.tsx';

interface ProblemsAtProps {
  readonly problems: readonly Problem[];
  readonly step: StepId;
}

/** The problems of one step, where they can be fixed. */
export function ProblemsAt({ problems, step }: ProblemsAtProps) {
  const found = problems.filter(({ path }) => stepOf(path) === step);
  return (
    <div role="status" className="crane-step-problems">
      {found.map(({ path: place, code, severity, message, remedy }) => (
        <CodeAlert
          key={`${place} ${code} ${message}`}
          variant={severity === 'error' ? 'danger' : 'warning'}
          code={code}
          areas={['planning']}
          message={`${message}.`}
          remedy={remedy}
        />
      ))}
    </div>
  );
}
