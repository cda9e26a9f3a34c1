import type { Problem } from '../../../src/domain/planning/problem.ts';
import { CodeAlert } from '../shared/code-text.tsx';

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
