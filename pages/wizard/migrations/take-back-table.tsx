import { Checkbox, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { TakeBackTask } from '../../../src/wizard/api/after.ts';

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
  const titles = [t('takeBack.object'), t('takeBack.fate'), t('takeBack.why')] as const;
  return (
    <Table aria-label={t('takeBack.table')} variant="compact">
      <Thead>
        <Tr>
          {titles.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {task.items.map(({ id, name, fate, reason, message }) => (
          <Tr key={id}>
            <Td dataLabel={titles[0]} modifier="breakWord">
              {id}
            </Td>
            <Td dataLabel={titles[1]}>
              <Label status={statuses[fate]}>{t(`takeBack.fates.${fate}`)}</Label>
              {fate === 'changed-since' && onSelect !== undefined && (
                <Checkbox
                  id={`changed-${name}`}
                  label={t('takeBack.choose', { name })}
                  isChecked={selected.includes(name)}
                  onChange={(_event, isOn) => onSelect(name, isOn)}
                />
              )}
            </Td>
            <Td dataLabel={titles[2]} modifier="breakWord">
              {message === '' ? reason : message}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
