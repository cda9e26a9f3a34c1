import { PageSection } from '@patternfly/react-core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useContext, type ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import {
  Router,
  UNSAFE_LocationContext,
  UNSAFE_NavigationContext,
  UNSAFE_RouteContext,
  useLocation,
} from 'react-router';

import { App } from '../wizard/app.tsx';
import { createSharedEvents } from '../wizard/events/shared-events.ts';
import { EventsContext } from '../wizard/events/use-events.ts';
import { makeTexts } from './texts.ts';

/** As console-extensions.json has it. */
const base = '/crane-tasks';

const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });
const events = createSharedEvents();
const texts = makeTexts(document.documentElement.lang);

/** The page of the wizard below a path of the OpenShift console. */
export default function Wizard() {
  return (
    <I18nextProvider i18n={texts}>
      <QueryClientProvider client={queries}>
        <EventsContext.Provider value={events}>
          <Below path={base}>
            <App frame={Section} />
          </Below>
        </EventsContext.Provider>
      </QueryClientProvider>
    </I18nextProvider>
  );
}

/** The console has its own masthead. */
function Section({ children }: { readonly children: ReactNode }) {
  return <PageSection isFilled>{children}</PageSection>;
}

const noRoute = { outlet: null, matches: [], isDataRoute: false };

/** A router below that of the console, with its history: the paths of the wizard are absolute. */
function Below({ path, children }: { readonly path: string; readonly children: ReactNode }) {
  const location = useLocation();
  const { navigator } = useContext(UNSAFE_NavigationContext);
  return (
    <UNSAFE_LocationContext.Provider value={null as never}>
      <UNSAFE_RouteContext.Provider value={noRoute}>
        <Router basename={path} location={location} navigator={navigator}>
          {children}
        </Router>
      </UNSAFE_RouteContext.Provider>
    </UNSAFE_LocationContext.Provider>
  );
}
