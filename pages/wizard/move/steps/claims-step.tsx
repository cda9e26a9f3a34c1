import { Checkbox, Content, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { Question } from '../../../../src/domain/planning/questions.ts';
import type { StepProps } from '../use-plan.ts';

const prefix = 'claims.settings.';
const suffix = '.move';

/** How each PersistentVolumeClaim is at the destination. */
export function ClaimsStep({ change, plan }: StepProps) {
  const { t } = useTranslation();
  const questions = new Map((plan.data?.questions ?? []).map((question) => [question.id, question]));
  const names = [...questions.keys()]
    .filter((id) => id.startsWith(prefix) && id.endsWith(suffix))
    .map((id) => id.slice(prefix.length, -suffix.length));
  if (names.length === 0) return <Content component="p">{t('claims.none')}</Content>;
  return (
    <Table aria-label={t('move.steps.claims')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('claims.move')}</Th>
          <Th>{t('claims.name')}</Th>
          <Th>{t('claims.newName')}</Th>
          <Th>{t('claims.storageClass')}</Th>
          <Th>{t('claims.size')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {names.map((name) => (
          <ClaimRow key={name} name={name} questions={questions} set={(more) => change({ type: 'claim', claim: { name, ...more } })} />
        ))}
      </Tbody>
    </Table>
  );
}

interface ClaimRowProps {
  readonly name: string;
  readonly questions: ReadonlyMap<string, Question>;
  readonly set: (more: Readonly<Record<string, string | boolean>>) => void;
}

function ClaimRow({ name, questions, set }: ClaimRowProps) {
  const { t } = useTranslation();
  const answerOf = (field: string): string => String(questions.get(`${prefix}${name}.${field}`)?.answer ?? '');
  const isMoved = answerOf('move') === 'true';
  const classes = questions.get(`${prefix}${name}.storageClass`)?.choices ?? [];
  const chosen = answerOf('storageClass');
  const text = (field: 'newName' | 'size') => (
    <TextInput
      aria-label={`${t(`claims.${field}`)}: ${name}`}
      value={answerOf(field)}
      isDisabled={!isMoved}
      onChange={(_, value) => set({ [field]: value })}
    />
  );
  return (
    <Tr>
      <Td dataLabel={t('claims.move')}>
        <Checkbox id={`move-${name}`} aria-label={t('claims.moveClaim', { claim: name })} isChecked={isMoved} onChange={(_, move) => set({ move })} />
      </Td>
      <Td dataLabel={t('claims.name')}>{name}</Td>
      <Td dataLabel={t('claims.newName')}>{text('newName')}</Td>
      <Td dataLabel={t('claims.storageClass')}>
        <FormSelect
          aria-label={`${t('claims.storageClass')}: ${name}`}
          value={chosen}
          isDisabled={!isMoved}
          onChange={(_, storageClass) => set({ storageClass })}
        >
          {chosen === '' && <FormSelectOption value="" label="" />}
          {classes.map(({ value, label }) => (
            <FormSelectOption key={value} value={value} label={label === '' ? value : `${value} (${t('claims.default')})`} />
          ))}
        </FormSelect>
      </Td>
      <Td dataLabel={t('claims.size')}>{text('size')}</Td>
    </Tr>
  );
}
