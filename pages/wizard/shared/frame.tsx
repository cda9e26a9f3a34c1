import {
  Button,
  Content,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  Page,
  PageSection,
  SkipToContent,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ConnectionBanner } from '../events/connection-banner.tsx';
import { remove } from '../http/client.ts';
import { ExpiryBanner } from './expiry-banner.tsx';
import { chooseLanguage } from '../texts/start-texts.ts';

export interface FrameProps {
  readonly user: string;
  readonly version: string;
  readonly children: ReactNode;
}

/** What all views have around them: the name, the language, the user. */
export function Frame({ user, version, children }: FrameProps) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const other = i18n.language === 'de' ? 'en' : 'de';
  const signOut = async (): Promise<void> => {
    await remove('/session');
    await queries.invalidateQueries();
  };
  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadBrand>
          <Link to="/">crane-tasks {version}</Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent alignItems="center">
            <Views />
            <ToolbarItem align={{ default: 'alignEnd' }}>
              <Button variant="plain" lang={other} onClick={() => void chooseLanguage(other)}>
                {other === 'de' ? 'Deutsch' : 'English'}
              </Button>
            </ToolbarItem>
            <ToolbarItem>
              <Link to="/settings">{t('settings.title')}</Link>
            </ToolbarItem>
            <ToolbarItem>
              <Content component="small">{user}</Content>
            </ToolbarItem>
            <ToolbarItem>
              <Button variant="link" onClick={() => void signOut()}>
                {t('signOut')}
              </Button>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
  return (
    <Page masthead={masthead} isContentFilled mainContainerId="main" mainTabIndex={0} skipToContent={<SkipToContent href="#main">{t('title')}</SkipToContent>}>
      <ExpiryBanner />
      <PageSection isFilled>
        <ConnectionBanner />
        {children}
      </PageSection>
    </Page>
  );
}

/** The lists from which all other views are reached. */
function Views() {
  const { t } = useTranslation();
  return (
    <>
      <ToolbarItem>
        <Link to="/">{t('migrations.title')}</Link>
      </ToolbarItem>
      <ToolbarItem>
        <Link to="/applications">{t('applications.title')}</Link>
      </ToolbarItem>
    </>
  );
}
