import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { DataTable } from '../../shared/data-table.tsx';
import { planOf } from './plan-of.ts';

/** The volumes of the plan. */
export function ClaimsTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const { claims } = planOf(migration.plan);
  if (claims.length === 0) return <Content component="p">{t('planned.noClaims')}</Content>;
  return (
    <DataTable
      label={t('tabs.claims')}
      rows={claims}
      keyOf={({ name }) => name}
      columns={[
        { title: t('planned.claim'), cell: ({ name }) => name },
        { title: t('planned.newName'), cell: ({ newName }) => newName },
        {
          title: t('planned.storageClass'),
          cell: ({ storageClass }) => (storageClass === '' ? t('planned.defaultClass') : storageClass),
        },
        { title: t('planned.size'), cell: ({ size }) => size },
      ]}
    />
  );
}
