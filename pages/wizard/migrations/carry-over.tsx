import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';
import type { Carried } from '../move/carried-draft.ts';

/** Of a group that the console made: how it continues as a migration of our own. */
export function CarryOver({ answers }: { readonly answers: MoveAnswers }) {
  const { t } = useTranslation();
  const state: Carried = { answers };
  return (
    <Content component="p">
      {t('migration.forerunner')}{' '}
      <Link to="/move" state={state}>
        {t('migration.carryOver')}
      </Link>
    </Content>
  );
}
