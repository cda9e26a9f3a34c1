import { Button, Checkbox, Content, Progress, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Tr } from '@patternfly/react-table';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { choosesKind, choosesObject } from '../../../../src/domain/planning/chosen-kinds.ts';
import type { InventoryKind } from '../../../../src/domain/planning/inventory.ts';
import type { InventoryAnswer, InventoryView } from '../../../../src/wizard/api/planning.ts';
import { ApiError, post } from '../../http/client.ts';
import { Alert } from '../../shared/alert.tsx';
import { ServerText } from '../../shared/code-text.tsx';
import { Titles } from '../../shared/data-table.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { withKind } from '../kind-choice.ts';
import { ObjectList } from './object-list.tsx';
import { useInventory } from '../use-inventory.ts';
import type { StepProps } from '../use-plan.ts';

/** Lists what the namespace has, and what of it is left out. */
export function InventoryStep(props: StepProps) {
  const { t } = useTranslation();
  const { draft, change, plan } = props;
  const { answers, connections } = draft;
  const begin = useMutation({
    mutationFn: () =>
      post<InventoryAnswer>('/inventories', {
        source: {
          connection: connections.source?.id,
          namespace: answers.source.namespace,
          labelSelector: answers.source.labelSelector ?? '',
        },
        destination: { connection: connections.destination?.id, namespace: answers.destination.namespace },
      }),
  });
  const { mutate } = begin;
  const id = draft.inventory === '' ? (begin.data?.id ?? '') : draft.inventory;
  const found = useInventory(id);
  const { state, problem } = found.data ?? {};
  useEffect(() => {
    if (draft.inventory === '') mutate();
  }, [draft.inventory, mutate]);
  useEffect(() => {
    if (state === 'done' && id !== draft.inventory) change({ type: 'inventory', id });
  }, [state, id, draft.inventory, change]);
  const error = begin.error ?? found.error ?? plan.error;
  const { done, total } = found.data?.progress ?? { done: 0, total: 0 };
  return (
    <Stack hasGutter>
      {error !== null && <ProblemCard error={error} retry={() => mutate()} />}
      {problem !== undefined && <ProblemCard error={new ApiError(problem)} retry={() => mutate()} />}
      {state === 'running' && <Progress aria-label={t('loading')} value={total === 0 ? 0 : (100 * done) / total} title={t('inventory.listing', { done, total })} />}
      {found.data?.state === 'done' && <Stale startedAt={found.data.startedAt} />}
      {found.data?.inventory !== undefined && <InventoryTable inventory={found.data.inventory} {...props} />}
      {found.data?.inventory !== undefined && <ObjectList draft={draft} objects={found.data.inventory.source.objects} />}
      <div>
        <Button variant="link" onClick={() => mutate()}>
          {t('inventory.refresh')}
        </Button>
      </div>
    </Stack>
  );
}

const freshFor = 15 * 60_000;
const lookEvery = 30_000;

/** A note on an inventory that may be out of date. */
function Stale({ startedAt }: { readonly startedAt: string }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookEvery);
    return () => clearInterval(timer);
  }, []);
  if (now - Date.parse(startedAt) < freshFor) return null;
  return <Alert component="p" variant="warning" isInline title={t('inventory.stale')} />;
}

interface InventoryTableProps extends StepProps {
  readonly inventory: InventoryView;
}

function InventoryTable({ inventory, draft, change }: InventoryTableProps) {
  const { t } = useTranslation();
  const { kinds, objects } = inventory.source;
  const isExported = choosesObject(kinds, draft.answers.source);
  const leftOut = objects.filter((each) => each.leftOut !== '' || !isExported(each));
  const travelling = new Set(objects.filter((each) => each.leftOut === '').map(keyOfKind));
  const shown = kinds.filter(({ count, state }) => count > 0 || state !== 'listed');
  return (
    <>
      <Content component="p">
        {t('inventory.travels', { count: objects.length - leftOut.length })}, {t('inventory.leftOut', { count: leftOut.length })}.
      </Content>
      <Table aria-label={t('move.steps.inventory')} variant="compact">
        <Titles columns={[t('inventory.kind'), t('inventory.count'), t('inventory.export'), t('inventory.state')].map((title) => ({ title }))} />
        <Tbody>
          {shown.map((row) => (
            <KindRow key={row.plural} row={row} hasTravelling={travelling.has(keyOfKind(row))} draft={draft} change={change} />
          ))}
        </Tbody>
      </Table>
    </>
  );
}

function keyOfKind({ apiVersion, kind }: Pick<InventoryKind, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}

interface KindRowProps extends Pick<StepProps, 'draft' | 'change'> {
  readonly row: InventoryKind;
  /** Whether the rules of the move leave some of its objects in. */
  readonly hasTravelling: boolean;
}

/** A kind that would be moved can be left out, and one that the account may not list has to be. */
function KindRow({ row: { kind, plural, count, state, message }, hasTravelling, draft, change }: KindRowProps) {
  const { t } = useTranslation();
  const { source, allowForbidden = [] } = draft.answers;
  const allow = (isAllowed: boolean): void => {
    const others = allowForbidden.filter((each) => each !== plural);
    change({ type: 'answers', answers: { allowForbidden: isAllowed ? [...others, plural] : others } });
  };
  return (
    <Tr>
      <Td dataLabel={t('inventory.kind')}>{kind}</Td>
      <Td dataLabel={t('inventory.count')}>{count}</Td>
      <Td dataLabel={t('inventory.export')}>
        {hasTravelling && (
          <Checkbox
            id={`export-${plural}`}
            aria-label={t('inventory.exportKind', { kind })}
            isChecked={choosesKind(source)(plural)}
            onChange={(_, isChosen) => change({ type: 'answers', answers: { source: withKind(source, plural, isChosen) } })}
          />
        )}
      </Td>
      <Td dataLabel={t('inventory.state')}>
        {t(`inventory.${state}`)} <ServerText>{message}</ServerText>
        {state === 'denied' && (
          <Checkbox
            id={`allow-${plural}`}
            label={t('inventory.leaveBehind')}
            isChecked={allowForbidden.includes(plural)}
            onChange={(_, isAllowed) => allow(isAllowed)}
          />
        )}
      </Td>
    </Tr>
  );
}
