import { EmptyState, Spinner } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Route, Routes } from 'react-router';

import type { ConfigAnswer, SessionAnswer } from '../../src/wizard/api/session.ts';
import { get } from './http/client.ts';
import { LoginPage } from './login/login-page.tsx';
import { MigrationPage } from './migrations/migration-page.tsx';
import { MigrationsPage } from './migrations/migrations-page.tsx';
import { MovePage } from './move/move-page.tsx';
import { RunPage } from './runs/run-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { Frame } from './shared/frame.tsx';
import { ProblemCard } from './shared/problem-card.tsx';

/** The login page for a user without a session, else the view of the address. */
export function App() {
  const { t } = useTranslation();
  const session = useQuery({ queryKey: ['session'], queryFn: () => get<SessionAnswer>('/session') });
  const config = useQuery({ queryKey: ['config', session.data?.state], queryFn: () => get<ConfigAnswer>('/config') });
  const error = session.error ?? config.error;
  if (error !== null) return <ProblemCard error={error} retry={() => void session.refetch()} />;
  if (session.data === undefined || config.data === undefined)
    return <EmptyState titleText={t('loading')} icon={Spinner} headingLevel="h1" />;
  if (session.data.state === 'anonymous') return <LoginPage config={config.data} />;
  return (
    <Frame user={session.data.user} version={config.data.version}>
      <Routes>
        <Route path="/" element={<MigrationsPage config={config.data} />} />
        <Route path="/move" element={<MovePage config={config.data} />} />
        <Route path="/migrations/:migration" element={<MigrationPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="/runs/:run" element={<RunPage />} />
      </Routes>
    </Frame>
  );
}
