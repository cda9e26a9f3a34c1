import { Button, useWizardContext } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { Question } from '../../../../src/domain/planning/questions.ts';
import type { Draft } from '../draft.ts';

const stepOf = { what: 'what', source: 'source', destination: 'destination', images: 'images', claims: 'claims', credentials: 'credentials', run: 'credentials' } as const;

const steps: readonly StepId[] = ['what', 'source', 'destination', 'images', 'claims', 'changes', 'credentials', 'check'];

/** A file of patches is not shown whole here. */
const longestValue = 200;

type StepId = (typeof stepOf)[keyof typeof stepOf] | 'changes' | 'check';

interface Row {
  readonly step: StepId;
  readonly name: string;
  readonly value: string;
}

/** All answers, each with a way to the step where it is given. */
export function ReviewAnswers({ draft, questions }: { readonly draft: Draft; readonly questions: readonly Question[] }) {
  const { t } = useTranslation();
  const rows = rowsOf(draft, questions);
  return (
    <Table aria-label={t('review.answers')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('review.step')}</Th>
          <Th>{t('review.answer')}</Th>
          <Th>{t('review.value')}</Th>
          <Th screenReaderText={t('review.edit')} />
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <AnswerRow key={`${row.step} ${row.name}`} row={row} />
        ))}
      </Tbody>
    </Table>
  );
}

function AnswerRow({ row: { step, name, value } }: { readonly row: Row }) {
  const { t } = useTranslation();
  const { goToStepById } = useWizardContext();
  const title = t(`move.steps.${step}`);
  return (
    <Tr>
      <Td dataLabel={t('review.step')}>{title}</Td>
      <Td dataLabel={t('review.answer')}>{name}</Td>
      <Td dataLabel={t('review.value')} modifier="breakWord">
        {value}
      </Td>
      <Td>
        <Button variant="link" isInline aria-label={`${t('review.edit')}: ${title}, ${name}`} onClick={() => goToStepById(step)}>
          {t('review.edit')}
        </Button>
      </Td>
    </Tr>
  );
}

function rowsOf({ answers, connections }: Draft, questions: readonly Question[]): readonly Row[] {
  const { source, destination, changes = {}, acceptedGaps = [] } = answers;
  const asked = questions.map(({ id, step, answer }) => ({ step: stepOf[step], name: id, value: textOf(answer) }));
  const places: readonly Row[] = [
    { step: 'source', name: 'source', value: `${source.namespace}, ${connections.source?.server ?? ''}` },
    ...(source.labelSelector === undefined || source.labelSelector === ''
      ? []
      : [{ step: 'source' as const, name: 'source.labelSelector', value: source.labelSelector }]),
    { step: 'destination', name: 'destination', value: `${destination.namespace}, ${connections.destination?.server ?? ''}` },
  ];
  const changed = Object.entries(changes).map(([name, value]): Row => {
    return { step: 'changes', name: `changes.${name}`, value: textOf(value).slice(0, longestValue) };
  });
  const gaps = acceptedGaps.map(({ check, reason }): Row => ({ step: 'check', name: check, value: reason }));
  const rows = [...places, ...asked, ...changed, ...gaps];
  return steps.flatMap((step) => rows.filter((row) => row.step === step));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
