import { CodeBlock, CodeBlockCode, Button, Content, FormGroup, FormSelect, FormSelectOption, Stack, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { InventoryObject } from '../../../../src/domain/planning/judge-objects.ts';
import type { PreviewAnswer } from '../../../../src/wizard/api/planning.ts';
import { post } from '../../http/client.ts';
import { ServerText } from '../../shared/code-text.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { VirtualList } from '../../shared/virtual-list.tsx';
import type { Draft } from '../draft.ts';
import { namedAnswers } from '../use-plan.ts';
import { objectKey, ObjectSearch } from './object-search.tsx';

interface ObjectListProps {
  readonly draft: Draft;
  readonly objects: readonly InventoryObject[];
}

/** Each object that was found, and why it is left out. */
export function ObjectList({ draft, objects }: ObjectListProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState('');
  const [chosen, setChosen] = useState<InventoryObject>();
  const wanted = useDeferredValue(search.toLowerCase());
  const kinds = useMemo(() => [...new Set(objects.map((each) => each.kind))].sort(), [objects]);
  const shown = useMemo(
    () =>
      objects.filter((each) => (kind === '' || each.kind === kind) && objectKey(each).toLowerCase().includes(wanted)),
    [objects, kind, wanted],
  );
  return (
    <Stack hasGutter>
      <Title headingLevel="h2">{t('inventory.objects')}</Title>
      <ObjectSearch id="object-search" value={search} onChange={setSearch} />
      <KindChoice kinds={kinds} kind={kind} setKind={setKind} />
      <Content component="p">{t('changes.shown', { shown: shown.length, count: objects.length })}</Content>
      <VirtualList label={t('inventory.objects')} items={shown} keyOf={objectKey}>
        {(object) => (
          <>
            <Button
              variant="link"
              isInline
              className="crane-narrow"
              aria-pressed={chosen === object}
              onClick={() => setChosen(object)}
            >
              {`${object.kind} ${object.name}`}
            </Button>
            <span>{object.leftOut !== '' && <>{t('inventory.because')} <ServerText>{object.leftOut}</ServerText></>}</span>
          </>
        )}
      </VirtualList>
      {chosen !== undefined && <ObjectText draft={draft} object={chosen} />}
    </Stack>
  );
}

interface KindChoiceProps {
  readonly kinds: readonly string[];
  readonly kind: string;
  readonly setKind: (kind: string) => void;
}

function KindChoice({ kinds, kind, setKind }: KindChoiceProps) {
  const { t } = useTranslation();
  return (
    <FormGroup label={t('inventory.kind')} fieldId="object-kind">
      <FormSelect id="object-kind" value={kind} onChange={(_, value) => setKind(value)}>
        <FormSelectOption value="" label={t('inventory.allKinds')} />
        {kinds.map((each) => (
          <FormSelectOption key={each} value={each} label={each} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

/** An object as it was listed: a Secret without values. */
function ObjectText({ draft, object: { apiVersion, kind, name } }: { readonly draft: Draft; readonly object: InventoryObject }) {
  const { t } = useTranslation();
  const request = { inventory: draft.inventory, answers: namedAnswers(draft), objects: [{ apiVersion, kind, name }] };
  const { data, error } = useQuery({
    queryKey: ['previews', request],
    queryFn: () => post<PreviewAnswer>('/previews', request),
    enabled: draft.inventory !== '',
  });
  if (error !== null) return <ProblemCard error={error} />;
  return (
    <section aria-label={`${kind} ${name}`}>
      <Title headingLevel="h3">{`${kind} ${name}`}</Title>
      {kind === 'Secret' && <Content component="p">{t('changes.noValues')}</Content>}
      <CodeBlock>
        <CodeBlockCode tabIndex={0}>{data?.previews[0]?.before ?? t('loading')}</CodeBlockCode>
      </CodeBlock>
    </section>
  );
}
