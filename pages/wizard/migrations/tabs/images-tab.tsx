import { Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { planOf } from './plan-of.ts';

/** The images of the plan, with what becomes of each and why. */
export function ImagesTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const { images } = planOf(migration.plan);
  if (images.length === 0) return <Content component="p">{t('planned.noImages')}</Content>;
  return (
    <Table aria-label={t('tabs.images')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('planned.image')}</Th>
          <Th>{t('planned.outcome')}</Th>
          <Th>{t('planned.reason')}</Th>
          <Th>{t('planned.digest')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {images.map(({ name, isCopied, reason, digest }) => (
          <Tr key={`${name} ${reason}`}>
            <Td dataLabel={t('planned.image')}>{name}</Td>
            <Td dataLabel={t('planned.outcome')}>{t(isCopied ? 'planned.copied' : 'planned.left')}</Td>
            <Td dataLabel={t('planned.reason')}>{reason}</Td>
            <Td dataLabel={t('planned.digest')} modifier="breakWord">
              {digest}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
