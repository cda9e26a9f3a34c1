import { Alert } from '@patternfly/react-core';

import type { Problem } from '../../../src/domain/planning/problem.ts';

interface ProblemsAtProps {
  readonly problems: readonly Problem[];
  /** Beginning of the places in the answers. */
  readonly path: string;
}

/** The problems of one step, where they can be fixed. */
export function ProblemsAt({ problems, path }: ProblemsAtProps) {
  const found = problems.filter((problem) => problem.path.startsWith(path));
  return (
    <div role="status">
      {found.map(({ path: place, code, severity, message, remedy }) => (
        <Alert
          key={`${place} ${code} ${message}`}
          component="p"
          variant={severity === 'error' ? 'danger' : 'warning'}
          isInline
          title={`${message}.`}
        >
          {remedy}
        </Alert>
      ))}
    </div>
  );
}
