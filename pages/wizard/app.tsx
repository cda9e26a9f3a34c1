import './shared/wizard.css';

import { EmptyState, Spinner, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes, useLocation } from 'react-router';

import type { ConfigAnswer, SessionAnswer } from '../../src/wizard/api/session.ts';
import { get } from './http/client.ts';
import { LoginPage } from './login/login-page.tsx';
import { MigrationsPage } from './migrations/migrations-page.tsx';
import { Frame, type FrameProps } from './shared/frame.tsx';
import { Loading } from './shared/loading.tsx';
import { PageBoundary } from './shared/page-boundary.tsx';
import { ProblemCard } from './shared/problem-card.tsx';
import { useCodes } from './shared/use-explain.ts';

// The start page is shown before the code of the other views is loaded.
const ApplicationsPage = lazy(async () => ({ default: (await import('./applications/applications-page.tsx')).ApplicationsPage }));
const MigrationPage = lazy(async () => ({ default: (await import('./migrations/migration-page.tsx')).MigrationPage }));
const MovePage = lazy(async () => ({ default: (await import('./move/move-page.tsx')).MovePage }));
const RunPage = lazy(async () => ({ default: (await import('./runs/run-page.tsx')).RunPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }));
const TakeBackPage = lazy(async () => ({ default: (await import('./migrations/take-back-page.tsx')).TakeBackPage }));

interface AppProps {
  /** Why the secret of the link was refused; absent: there was none. */
  readonly loginRefusal?: Promise<unknown>;
  /** What all views have around them; absent: the frame of a page of its own. */
  readonly frame?: ComponentType<FrameProps>;
}

/** The login page for a user without a session, else the view of the address. */
export function App({ frame: Around = Frame, loginRefusal }: AppProps) {
  const { t, i18n } = useTranslation();
  // A problem can be that the server is away: its text is loaded before.
  useCodes(i18n.language === 'de');
  const { pathname } = useLocation();
  const session = useQuery({ queryKey: ['session'], queryFn: () => get<SessionAnswer>('/session') });
  const config = useQuery({
    queryKey: ['config', session.data?.state],
    queryFn: () => get<ConfigAnswer>('/config'),
    enabled: session.data !== undefined,
  });
  const error = session.error ?? config.error;
  // While the server is away, what is typed and shown remains.
  const isKnown = session.data !== undefined && config.data !== undefined;
  if (error !== null && !isKnown)
    return (
      <main>
        <Title headingLevel="h1">{t('title')}</Title>
        <ProblemCard error={error} retry={() => void session.refetch()} />
      </main>
    );
  if (session.data === undefined || config.data === undefined)
    return <EmptyState titleText={t('loading')} icon={Spinner} headingLevel="h1" />;
  if (session.data.state === 'anonymous') return <LoginPage config={config.data} refusal={loginRefusal} />;
  return (
    <Around user={session.data.user} version={config.data.version}>
      <PageBoundary key={pathname}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<MigrationsPage config={config.data} />} />
            <Route path="/move" element={<MovePage config={config.data} />} />
            <Route path="/migrations/:migration" element={<MigrationPage />} />
            <Route path="/migrations/:migration/take-back" element={<TakeBackPage />} />
            <Route path="/applications" element={<ApplicationsPage config={config.data} />} />
            <Route path="/settings" element={<SettingsPage />} />
            <Route path="/runs/:run" element={<RunPage config={config.data} />} />
          </Routes>
        </Suspense>
      </PageBoundary>
    </Around>
  );
}
