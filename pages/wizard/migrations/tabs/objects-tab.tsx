import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { ReportPanel } from '../../runs/report-panel.tsx';
import { planOf } from './plan-of.ts';

/** How many objects the plan moves, and what the last run did with each. */
export function ObjectsTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const { objects, leftOut } = planOf(migration.plan);
  const run = migration.runs.find(({ action, endedAt }) => (action === 'cutover' || action === 'app') && endedAt !== '');
  return (
    <>
      <Content component="p">{t('planned.counts', { objects, leftOut })}</Content>
      {run === undefined ? (
        <Content component="p">{t('planned.noRuns')}</Content>
      ) : (
        <ReportPanel run={run.name} task="apply-to-cluster" />
      )}
    </>
  );
}
