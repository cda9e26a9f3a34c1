import '@patternfly/react-core/dist/styles/base.css';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';

import { App } from './app.tsx';
import { createSharedEvents } from './events/shared-events.ts';
import { EventsContext } from './events/use-events.ts';
import type { FirstAnswers } from './http/first-answers.ts';
import { startTexts } from './texts/start-texts.ts';
import { followTheme } from './shared/theme.ts';

/** Shows the page with the answers to the first requests. */
export async function startPage(first: FirstAnswers): Promise<void> {
  // Answers of this server change by what users do; a request that fails is shown, not repeated.
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });
  takeFirst(first, queries).catch(() => undefined);
  const events = createSharedEvents();
  followTheme();
  await startTexts();
  // Only a router with data can ask before a page is left.
  const router = createBrowserRouter([{ path: '*', element: <App loginRefusal={first.refusal} /> }]);
  const root = document.querySelector('#root');
  if (root === null) throw new Error('the page has no root');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <EventsContext.Provider value={events}>
          <RouterProvider router={router} />
        </EventsContext.Provider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** The queries of the views begin with the answers. What fails is asked for again by them, and shown. */
async function takeFirst({ session, config }: FirstAnswers, queries: QueryClient): Promise<void> {
  const { state } = await queries.query({ queryKey: ['session'], queryFn: () => session });
  await queries.query({ queryKey: ['config', state], queryFn: () => config });
}
