import { FormSelect, FormSelectOption, Stack } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RunAnswer } from '../../../src/wizard/api/migrations.ts';
import { ReportPanel } from './report-panel.tsx';

/** The reports of the tasks of a run that has ended: the failed task first. */
export function TaskReports({ run }: { readonly run: RunAnswer }) {
  const { t } = useTranslation();
  const failed = run.tasks.find(({ phase }) => phase === 'failed')?.name ?? '';
  const [chosen, setChosen] = useState<string>();
  const task = chosen ?? failed;
  if (run.endedAt === '') return null;
  return (
    <Stack hasGutter>
      <FormSelect aria-label={t('report.choose')} value={task} onChange={(_event, value) => setChosen(value)}>
        <FormSelectOption value="" label={t('report.choose')} />
        {run.tasks.map(({ name }) => (
          <FormSelectOption key={name} value={name} label={name} />
        ))}
      </FormSelect>
      {task !== '' && <ReportPanel run={run.name} task={task} />}
    </Stack>
  );
}
