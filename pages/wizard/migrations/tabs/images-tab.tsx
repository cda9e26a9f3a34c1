import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { CodeText } from '../../shared/code-text.tsx';
import { DataTable } from '../../shared/data-table.tsx';
import { planOf } from './plan-of.ts';

/** The images of the plan, with what becomes of each and why. */
export function ImagesTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const { images } = planOf(migration.plan);
  if (images.length === 0) return <Content component="p">{t('planned.noImages')}</Content>;
  return (
    <DataTable
      label={t('tabs.images')}
      rows={images}
      keyOf={({ name, reason }) => `${name} ${reason}`}
      columns={[
        { title: t('planned.image'), cell: ({ name }) => name },
        { title: t('planned.outcome'), cell: ({ isCopied }) => t(isCopied ? 'planned.copied' : 'planned.left') },
        { title: t('planned.reason'), cell: ({ reason }) => <CodeText code={reason} areas={['plan', 'registry']} /> },
        { title: t('planned.digest'), cell: ({ digest }) => digest, breaksWords: true },
      ]}
    />
  );
}
