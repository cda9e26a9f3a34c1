import { Button, Content, Label, Stack, Title } from '@patternfly/react-core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { PreviewAnswer, PreviewRow } from '../../../../src/wizard/api/planning.ts';
import { post } from '../../http/client.ts';
import { ServerText } from '../../shared/code-text.tsx';
import { DiffView } from '../../shared/diff-view.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { VirtualList } from '../../shared/virtual-list.tsx';
import type { Draft } from '../draft.ts';
import { useInventory } from '../use-inventory.ts';
import { namedAnswers } from '../use-plan.ts';
import { objectKey, ObjectSearch } from './object-search.tsx';

/** As many as the server answers at once. */
const mostPreviews = 200;

const statuses = {
  changed: 'info',
  unchanged: 'success',
  'left-out': 'warning',
  claim: 'info',
  failed: 'danger',
} as const;

/** What becomes of the objects of the inventory, with the changes of any of them. */
export function PreviewList({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState('');
  const wanted = useDeferredValue(search.toLowerCase());
  const { data: inventory } = useInventory(draft.inventory);
  const objects = inventory?.inventory?.source.objects ?? [];
  const matching = objects.filter((each) => objectKey(each).toLowerCase().includes(wanted));
  const asked = matching.slice(0, mostPreviews).map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name }));
  const request = { inventory: draft.inventory, answers: namedAnswers(draft), objects: asked };
  const { data, error } = useQuery({
    queryKey: ['previews', request],
    queryFn: () => post<PreviewAnswer>('/previews', request),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
  });
  const rows = data?.previews ?? [];
  const shown = rows.find((row) => objectKey(row) === chosen);
  return (
    <Stack hasGutter>
      <Title headingLevel="h2">{t('changes.preview')}</Title>
      {error !== null && <ProblemCard error={error} />}
      <ObjectSearch id="preview-search" value={search} onChange={setSearch} />
      <Content component="p">{t('changes.shown', { shown: rows.length, count: matching.length })}</Content>
      <VirtualList label={t('changes.preview')} items={rows} keyOf={objectKey}>
        {(row) => <PreviewLine row={row} isChosen={objectKey(row) === chosen} choose={() => setChosen(objectKey(row))} />}
      </VirtualList>
      {shown !== undefined && <Shown row={shown} />}
    </Stack>
  );
}

interface PreviewLineProps {
  readonly row: PreviewRow;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function PreviewLine({ row: { kind, name, state, message }, isChosen, choose }: PreviewLineProps) {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="link" isInline className="crane-narrow" aria-pressed={isChosen} onClick={choose}>
        {`${kind} ${name}`}
      </Button>
      <ServerText>{message}</ServerText>
      <span className="crane-narrow">
        <Label status={statuses[state]}>{t(`changes.state.${state}`)}</Label>
      </span>
    </>
  );
}

function Shown({ row: { kind, name, state, message, before, after } }: { readonly row: PreviewRow }) {
  const { t } = useTranslation();
  return (
    <>
      <Title headingLevel="h3">{`${kind} ${name}`}</Title>
      <Content component="p">
        {t(`changes.state.${state}`)}. <ServerText>{message}</ServerText>
        {kind === 'Secret' ? ` ${t('changes.noValues')}` : ''}
      </Content>
      <DiffView
        label={t('changes.diffOf', { object: `${kind} ${name}` })}
        before={before}
        after={after === '' ? before : after}
      />
    </>
  );
}
