import { Checkbox, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { TakeBackRow, TakeBackTask } from '../../../src/wizard/api/after.ts';
import { CodeText } from '../shared/code-text.tsx';
import { DataTable } from '../shared/data-table.tsx';

interface TakeBackTableProps {
  readonly task: TakeBackTask;
  /** Names of changed objects that are deleted all the same. */
  readonly selected: readonly string[];
  /** Undefined: nothing can be chosen any more. */
  readonly onSelect: ((name: string, isOn: boolean) => void) | undefined;
}

const statuses = {
  deleted: 'danger',
  gone: 'info',
  kept: 'success',
  'not-restorable': 'warning',
  'changed-since': 'warning',
  failed: 'danger',
} as const;

/** What a take-back does with each object, and why. */
export function TakeBackTable({ task, selected, onSelect }: TakeBackTableProps) {
  const { t } = useTranslation();
  const fateOf = ({ name, fate }: TakeBackRow) => (
    <>
      <Label status={statuses[fate]}>{t(`takeBack.fates.${fate}`)}</Label>
      {fate === 'changed-since' && onSelect !== undefined && (
        <Checkbox
          id={`changed-${name}`}
          label={t('takeBack.choose', { name })}
          isChecked={selected.includes(name)}
          onChange={(_event, isOn) => onSelect(name, isOn)}
        />
      )}
    </>
  );
  return (
    <DataTable
      label={t('takeBack.table')}
      rows={task.items}
      keyOf={({ id }) => id}
      columns={[
        { title: t('takeBack.object'), cell: ({ id }) => id, breaksWords: true },
        { title: t('takeBack.fate'), cell: fateOf },
        {
          title: t('takeBack.why'),
          cell: ({ reason, message }) => <CodeText code={reason} areas={['rollback']} message={message} />,
          breaksWords: true,
        },
      ]}
    />
  );
}
