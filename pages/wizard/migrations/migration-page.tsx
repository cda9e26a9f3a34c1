import { CodeBlock, CodeBlockCode, Content, Flex, FlexItem, Label, Stack, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';

import type { MigrationAnswer, OwnMigration } from '../../../src/wizard/api/migrations.ts';
import { get } from '../http/client.ts';
import { Alert } from '../shared/alert.tsx';
import { Loading } from '../shared/loading.tsx';
import { ProblemCard } from '../shared/problem-card.tsx';
import { useStartRights } from '../shared/use-start-rights.ts';
import { ActionBar } from './actions/action-bar.tsx';
import { ActionMenu } from './actions/action-menu.tsx';
import { isOwn, nextAction } from './actions/next-action.ts';
import { useActions } from './actions/use-actions.tsx';
import { CarryOver } from './carry-over.tsx';
import { ClaimsTab } from './tabs/claims-tab.tsx';
import { CredentialsTab } from './tabs/credentials-tab.tsx';
import { ImagesTab } from './tabs/images-tab.tsx';
import { ObjectsTab } from './tabs/objects-tab.tsx';
import { OverviewTab } from './tabs/overview-tab.tsx';
import { RunsTab } from './tabs/runs-tab.tsx';
import { YamlTab } from './tabs/yaml-tab.tsx';

const refreshMilliseconds = 5000;

interface TabProps {
  readonly migration: OwnMigration;
}

const tabs: Readonly<Record<string, ComponentType<TabProps>>> = {
  overview: OverviewTab,
  runs: RunsTab,
  images: ImagesTab,
  claims: ClaimsTab,
  objects: ObjectsTab,
  credentials: CredentialsTab,
  yaml: YamlTab,
};

/** One migration: where it is, what can be done next, and its parts. */
export function MigrationPage() {
  const { migration = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['migrations', migration],
    queryFn: () => get<MigrationAnswer>(`/migrations/${encodeURIComponent(migration)}`),
    refetchInterval: refreshMilliseconds,
  });
  return (
    <Stack hasGutter>
      {data === undefined && <Title headingLevel="h1">{migration}</Title>}
      {error !== null && <ProblemCard error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (isOwn(data) ? <Loaded migration={data} /> : <Group migration={data} />)}
    </Stack>
  );
}

function Loaded({ migration }: TabProps) {
  const { t } = useTranslation();
  const actions = useActions(migration);
  const rights = useStartRights();
  const next = nextAction(migration);
  return (
    <>
      <Flex>
        <FlexItem>
          <Title headingLevel="h1">{migration.name}</Title>
        </FlexItem>
        <FlexItem>
          <Label>{t(`state.${migration.phase}`)}</Label>
        </FlexItem>
        <FlexItem>
          <Content component="p">
            {migration.sourceNamespace} → {migration.destinationNamespace}
          </Content>
        </FlexItem>
        <FlexItem align={{ default: 'alignRight' }}>
          <ActionMenu name={migration.name} actions={migration.actions} perform={actions.perform} />
        </FlexItem>
      </Flex>
      {!rights.isAllowed && (
        <Alert component="p" variant="warning" isInline title={t('noRight', { namespace: rights.namespace })}>
          <CodeBlock>
            <CodeBlockCode tabIndex={0}>{rights.rules}</CodeBlockCode>
          </CodeBlock>
        </Alert>
      )}
      <ActionBar
        migration={migration}
        actions={actions}
        names={next === undefined ? [] : [next.action]}
        refusal={rights.isAllowed ? '' : t('noRightReason')}
      />
      {actions.dialog}
      <Parts migration={migration} />
    </>
  );
}

/** A group of Pipelines that another program made: what can be started, and its runs. */
function Group({ migration }: { readonly migration: MigrationAnswer }) {
  const { t } = useTranslation();
  const actions = useActions(migration);
  const offered = migration.actions.filter(({ isAllowed }) => isAllowed);
  return (
    <>
      <Title headingLevel="h1">{migration.name}</Title>
      <ActionBar migration={migration} actions={actions} names={offered.map(({ action }) => action)} refusal="" />
      {actions.dialog}
      {migration.carryOver !== undefined && <CarryOver answers={migration.carryOver} />}
      <Title headingLevel="h2">{t('migration.runs')}</Title>
      <RunsTab migration={migration} />
    </>
  );
}

function Parts({ migration }: TabProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('tab') ?? 'overview';
  const shown = Object.hasOwn(tabs, wanted) ? wanted : 'overview';
  return (
    <Tabs
      activeKey={shown}
      aria-label={t('tabs.label')}
      mountOnEnter
      unmountOnExit
      onSelect={(_event, key) => setSearch({ tab: String(key) }, { replace: true })}
    >
      {Object.entries(tabs).map(([key, Part]) => (
        <Tab key={key} eventKey={key} title={<TabTitleText>{t(`tabs.${key}`)}</TabTitleText>}>
          <Stack hasGutter>
            <Title headingLevel="h2">{t(`tabs.${key}`)}</Title>
            <Part migration={migration} />
          </Stack>
        </Tab>
      ))}
    </Tabs>
  );
}
