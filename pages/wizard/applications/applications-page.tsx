import { EmptyState, EmptyStateBody, ExpandableSection, Stack, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import { useState, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { ExportsTab } from './exports-tab.tsx';
import { ImageTab } from './image-tab.tsx';
import { usePlace, type Place } from './place.ts';
import { PlaceForm } from './place-form.tsx';
import { PublishTab } from './publish-tab.tsx';
import { ReleaseTab } from './release-tab.tsx';
import { ApplicationRunsTab } from './runs-tab.tsx';

export interface ApplicationTabProps {
  readonly place: Place;
}

const tabs = {
  exports: ExportsTab,
  image: ImageTab,
  release: ReleaseTab,
  publish: PublishTab,
} as const satisfies Readonly<Record<string, ComponentType<ApplicationTabProps>>>;

/** Runs are those of all namespaces. */
const names = ['exports', 'image', 'release', 'publish', 'runs'] as const;
type TabName = (typeof names)[number];

/** Applications as parts, and as one image. */
export function ApplicationsPage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [place, choose] = usePlace();
  const [isOpen, setOpen] = useState(place === undefined);
  const shown = names.find((each) => each === params.get('tab')) ?? 'exports';
  const where = place === undefined ? '' : `: ${place.namespace}`;
  return (
    <Stack hasGutter>
      <Title headingLevel="h1">{t('applications.title')}</Title>
      <ExpandableSection
        toggleText={`${t('applications.namespace')}${where}`}
        isExpanded={isOpen}
        onToggle={(_event, isExpanded) => setOpen(isExpanded)}
      >
        <PlaceForm
          config={config}
          place={place}
          choose={(chosen) => {
            choose(chosen);
            setOpen(false);
          }}
        />
      </ExpandableSection>
      <Tabs
        activeKey={shown}
        aria-label={t('applications.title')}
        mountOnEnter
        unmountOnExit
        onSelect={(_event, key) =>
          setParams((before) => {
            before.set('tab', String(key));
            return before;
          })
        }
      >
        {names.map((name) => (
          <Tab key={name} eventKey={name} title={<TabTitleText>{t(`applications.tabs.${name}`)}</TabTitleText>}>
            <Content name={name} place={place} />
          </Tab>
        ))}
      </Tabs>
    </Stack>
  );
}

interface ContentProps {
  readonly name: TabName;
  readonly place: Place | undefined;
}

function Content({ name, place }: ContentProps) {
  const { t } = useTranslation();
  return (
    <Stack hasGutter>
      <Title headingLevel="h2">{t(`applications.tabs.${name}`)}</Title>
      {name === 'runs' ? <ApplicationRunsTab /> : <OfPlace name={name} place={place} />}
    </Stack>
  );
}

function OfPlace({ name, place }: ContentProps & { readonly name: keyof typeof tabs }) {
  const { t } = useTranslation();
  const Shown = tabs[name];
  if (place !== undefined) return <Shown key={`${place.connection} ${place.namespace}`} place={place} />;
  return (
    <EmptyState titleText={t('applications.title')} headingLevel="h3">
      <EmptyStateBody>{t('applications.choose')}</EmptyStateBody>
    </EmptyState>
  );
}
