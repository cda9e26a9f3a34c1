import { ActionList, ActionListGroup, ActionListItem, Button, Content } from '@patternfly/react-core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import type { ActionName } from '../../../../src/domain/planning/allowed-actions.ts';
import type { MigrationSummary } from '../../../../src/wizard/api/migrations.ts';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { stateOf } from './next-action.ts';
import type { MigrationActions } from './use-actions.tsx';

interface ActionBarProps {
  readonly migration: MigrationSummary;
  readonly actions: MigrationActions;
  /** In their order; the first that is allowed is the primary one. */
  readonly names: readonly ActionName[];
  /** Why the user may start nothing; empty: the user may. */
  readonly refusal: string;
}

/** Buttons of actions; one that is not allowed says why. */
export function ActionBar({ migration, actions, names, refusal }: ActionBarProps) {
  const { t } = useTranslation();
  const id = useId();
  const states = names.flatMap((name) => stateOf(name, migration.actions) ?? []);
  const primary = states.find(({ isAllowed }) => isAllowed);
  return (
    <>
      {actions.error !== null && <ProblemCard error={actions.error} />}
      <ActionList>
        <ActionListGroup>
          {states.map(({ action, isAllowed, reason }) => {
            const why = reason === undefined ? refusal : t(`reasons.${reason}`);
            const described = why === '' ? {} : { 'aria-describedby': `${id}-${action}` };
            return (
              <ActionListItem key={action}>
                <Button
                  variant={action === primary?.action ? 'primary' : 'secondary'}
                  isAriaDisabled={!isAllowed || refusal !== '' || actions.isPending}
                  onClick={() => actions.perform(action)}
                  {...described}
                >
                  {t(`action.${action}`)}
                </Button>
                {why !== '' && (
                  <Content component="small" id={`${id}-${action}`}>
                    {why}
                  </Content>
                )}
              </ActionListItem>
            );
          })}
        </ActionListGroup>
      </ActionList>
    </>
  );
}
