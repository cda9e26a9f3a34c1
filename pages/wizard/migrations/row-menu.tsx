import type { MigrationSummary } from '../../../src/wizard/api/migrations.ts';
import { ProblemCard } from '../shared/problem-card.tsx';
import { ActionMenu } from './actions/action-menu.tsx';
import { useActions } from './actions/use-actions.tsx';

/** The actions of a migration in the list. */
export function RowMenu({ migration }: { readonly migration: MigrationSummary }) {
  const { perform, error, dialog } = useActions(migration);
  return (
    <>
      <ActionMenu name={migration.name} actions={migration.actions} perform={perform} />
      {error !== null && <ProblemCard error={error} />}
      {dialog}
    </>
  );
}
