import { Button, useWizardContext } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { Question } from '../../../../src/domain/planning/questions.ts';
import type { Draft } from '../draft.ts';
import { nameOf, valueOf } from './answer-words.ts';

const stepOf = { what: 'what', source: 'source', destination: 'destination', images: 'images', claims: 'claims', credentials: 'credentials', run: 'credentials' } as const;

const steps: readonly StepId[] = ['what', 'source', 'destination', 'inventory', 'images', 'claims', 'changes', 'credentials', 'check'];

/** A file of patches is not shown whole here. */
const longestValue = 200;

type StepId = (typeof stepOf)[keyof typeof stepOf] | 'inventory' | 'changes' | 'check';

interface Row {
  readonly step: StepId;
  readonly name: string;
  readonly value: string;
}

/** All answers, each with a way to the step where it is given. */
export function ReviewAnswers({ draft, questions }: { readonly draft: Draft; readonly questions: readonly Question[] }) {
  const { t } = useTranslation();
  const rows = rowsOf(draft, questions, t);
  return (
    <Table aria-label={t('review.answers')} variant="compact">
      <Thead>
        <Tr>
          <Th modifier="wrap">{t('review.step')}</Th>
          <Th modifier="wrap">{t('review.answer')}</Th>
          <Th modifier="wrap">{t('review.value')}</Th>
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

/** What of the namespace is exported, where not all is. */
function exportedRows({ labelSelector = '', includeResources = [], excludeResources = [] }: Draft['answers']['source'], t: TFunction): readonly Row[] {
  const rows: readonly Row[] = [
    { step: 'source', name: nameOf('source.labelSelector', t), value: labelSelector },
    { step: 'inventory', name: nameOf('source.includeResources', t), value: includeResources.join(', ') },
    { step: 'inventory', name: nameOf('source.excludeResources', t), value: excludeResources.join(', ') },
  ];
  return rows.filter(({ value }) => value !== '');
}

function rowsOf({ answers, connections }: Draft, questions: readonly Question[], t: TFunction): readonly Row[] {
  const { source, destination, changes = {}, run = {}, acceptedGaps = [] } = answers;
  const asked = questions.map(({ id, step, answer }) => ({ step: stepOf[step], name: nameOf(id, t), value: valueOf(id, answer, t) }));
  const places: readonly Row[] = [
    { step: 'source', name: t('cluster.namespace'), value: `${source.namespace}, ${connections.source?.server ?? ''}` },
    ...exportedRows(source, t),
    { step: 'destination', name: t('cluster.namespace'), value: `${destination.namespace}, ${connections.destination?.server ?? ''}` },
  ];
  const changed = (Object.entries(changes) as readonly (readonly [string, string | object])[]).map(([name, value]): Row => {
    const id = `changes.${name}`;
    return { step: 'changes', name: nameOf(id, t), value: valueOf(id, value, t).slice(0, longestValue) };
  });
  const gaps = acceptedGaps.map(({ check, reason }): Row => ({ step: 'check', name: check, value: reason }));
  const { caConfigMap = '' } = run;
  const trusted: readonly Row[] =
    caConfigMap === '' ? [] : [{ step: 'credentials', name: nameOf('run.caConfigMap', t), value: caConfigMap }];
  const rows = [...places, ...asked, ...changed, ...trusted, ...gaps];
  return steps.flatMap((step) => rows.filter((row) => row.step === step));
}
