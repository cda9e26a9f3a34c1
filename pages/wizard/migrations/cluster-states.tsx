import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { OwnMigration } from '../../../src/wizard/api/migrations.ts';

/** What source and destination have now. */
export function ClusterStates({ migration }: { readonly migration: OwnMigration }) {
  const { t } = useTranslation();
  const { source, hasApplied } = migration.state;
  const rows = [
    { side: 'source', text: t(`overview.sourceState.${source}`) },
    { side: 'destination', text: t(hasApplied ? 'overview.applied' : 'overview.notApplied') },
  ];
  return (
    <DescriptionList isHorizontal>
      {rows.map(({ side, text }) => (
        <DescriptionListGroup key={side}>
          <DescriptionListTerm>{t(`overview.${side}`)}</DescriptionListTerm>
          <DescriptionListDescription>{text}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
