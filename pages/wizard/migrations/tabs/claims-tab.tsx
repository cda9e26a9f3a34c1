import { Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { planOf } from './plan-of.ts';

/** The volumes of the plan. */
export function ClaimsTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const { claims } = planOf(migration.plan);
  if (claims.length === 0) return <Content component="p">{t('planned.noClaims')}</Content>;
  return (
    <Table aria-label={t('tabs.claims')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('planned.claim')}</Th>
          <Th>{t('planned.newName')}</Th>
          <Th>{t('planned.storageClass')}</Th>
          <Th>{t('planned.size')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {claims.map(({ name, newName, storageClass, size }) => (
          <Tr key={name}>
            <Td dataLabel={t('planned.claim')}>{name}</Td>
            <Td dataLabel={t('planned.newName')}>{newName}</Td>
            <Td dataLabel={t('planned.storageClass')}>{storageClass === '' ? t('planned.defaultClass') : storageClass}</Td>
            <Td dataLabel={t('planned.size')}>{size}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
