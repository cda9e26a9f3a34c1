import '@patternfly/react-core/dist/styles/base.css';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';

import { App } from './app.tsx';
import { createSharedEvents } from './events/shared-events.ts';
import { EventsContext } from './events/use-events.ts';
import { startTexts } from './texts/start-texts.ts';
import { followTheme } from './shared/theme.ts';

// Answers of this server change by what users do; a request that fails is shown, not repeated.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });

const events = createSharedEvents();
// Only a router with data can ask before a page is left.
const router = createBrowserRouter([{ path: '*', element: <App /> }]);

followTheme();
await startTexts();
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
