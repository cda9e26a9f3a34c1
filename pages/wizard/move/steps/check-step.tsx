import { Button, Content, ExpandableSection, FormGroup, Spinner, Stack, TextInput, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { openGaps } from '../../../../src/domain/planning/open-gaps.ts';
import type { CheckItem } from '../../../../src/wizard/api/planning.ts';
import { Alert } from '../../shared/alert.tsx';
import { CodeBody, CodeText, ServerText } from '../../shared/code-text.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';
import { useChecks } from '../use-checks.ts';
import type { StepProps } from '../use-plan.ts';

/** What would stop the move, before anything is created. */
export function CheckStep({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const { data, error, isFetching, refetch } = useChecks(draft);
  const items = data?.items ?? [];
  const gaps = items.filter(({ outcome }) => outcome === 'failed');
  const unknown = items.filter(({ reason }) => reason === 'unknown');
  const passed = items.filter(({ outcome, reason }) => outcome !== 'failed' && reason !== 'unknown');
  const accepted = draft.answers.acceptedGaps ?? [];
  const accept = (check: string, reason: string): void => {
    const others = accepted.filter((each) => each.check !== check);
    change({ type: 'answers', answers: { acceptedGaps: reason === '' ? others : [...others, { check, reason }] } });
  };
  const counts = { gaps: gaps.length, unknown: unknown.length, passed: passed.length };
  return (
    <Stack hasGutter>
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      <div role="status">
        {isFetching ? <Spinner size="md" aria-label={t('check.running')} /> : data !== undefined && t('check.counts', counts)}
      </div>
      <div>
        <Button variant="secondary" isDisabled={isFetching} onClick={() => void refetch()}>
          {t('check.again')}
        </Button>
      </div>
      {gaps.length > 0 && <Title headingLevel="h2">{t('check.gaps')}</Title>}
      {openGaps(items, draft.answers).length > 0 && <Content component="p">{t('check.gapsHelp')}</Content>}
      {gaps.map((item, index) => (
        <Gap
          key={item.id}
          id={`gap-${String(index)}`}
          item={item}
          reason={accepted.find(({ check }) => check === item.id)?.reason ?? ''}
          accept={(reason) => accept(item.id, reason)}
        />
      ))}
      {unknown.length > 0 && <Title headingLevel="h2">{t('check.unknown')}</Title>}
      <ItemList items={unknown} />
      <ExpandableSection toggleText={t('check.passed', { count: passed.length })}>
        <ItemList items={passed} />
      </ExpandableSection>
    </Stack>
  );
}

interface GapProps {
  readonly id: string;
  readonly item: CheckItem;
  readonly reason: string;
  readonly accept: (reason: string) => void;
}

function Gap({ id, item: { id: check, reason: code, message }, reason, accept }: GapProps) {
  const { t } = useTranslation();
  return (
    <Alert component="h3" variant={reason.trim() === '' ? 'danger' : 'warning'} isInline title={<ServerText>{check}</ServerText>}>
      <CodeBody code={code} areas={['validate']} message={message} />
      <FormGroup label={t('check.accept')} fieldId={id}>
        <TextInput id={id} value={reason} aria-label={`${t('check.accept')}: ${check}`} onChange={(_, value) => accept(value)} />
      </FormGroup>
    </Alert>
  );
}

function ItemList({ items }: { readonly items: readonly CheckItem[] }) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map(({ id, reason, message }) => (
        <li key={id}>
          <ServerText>{`${id}: `}</ServerText>
          <CodeText code={reason} areas={['validate']} message={message} />
        </li>
      ))}
    </ul>
  );
}
