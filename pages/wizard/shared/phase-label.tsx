import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';

const statuses = { pending: 'custom', running: 'info', succeeded: 'success', incomplete: 'warning', 'changes-kept': 'success', failed: 'danger', cancelled: 'warning', skipped: 'custom' } as const;

/** A state as icon and text: not by colour alone. */
export function PhaseLabel({ phase }: { readonly phase: TaskSummary['phase'] }) {
  const { t } = useTranslation();
  return <Label status={statuses[phase]}>{t(`phase.${phase}`)}</Label>;
}
