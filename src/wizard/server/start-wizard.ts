import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { accessOfContext, type ConnectOptions } from '../../adapters/kube/connect.ts';
import { namespaceOrDefault } from '../../adapters/kube/choose-context.ts';
import { listContexts } from '../../adapters/kube/list-contexts.ts';
import { openBrowser } from '../../adapters/processes/open-browser.ts';
import { version } from '../../runtime/version.ts';
import type { WizardMode } from '../api/session.ts';
import { laptopLogin } from './login/laptop-login.ts';
import { usualLimits } from './sessions/session-store.ts';
import type { ServerSettings } from './settings.ts';
import { startServer } from './start-server.ts';

export interface WizardOptions extends Omit<ConnectOptions, 'log' | 'signal'> {
  readonly mode: WizardMode;
  readonly port: number;
  /** Undefined: that of the context. */
  readonly namespace: string | undefined;
  readonly opensBrowser: boolean;
}

export interface WizardPorts extends Required<Pick<ConnectOptions, 'log' | 'signal'>> {
  readonly print: (line: string) => void;
}

/** Runs the server until the signal is aborted. @throws TaskError when it cannot start */
export async function startWizard(options: WizardOptions, { log, signal, print }: WizardPorts): Promise<void> {
  const { mode, port, namespace, opensBrowser, ...kubeconfig } = options;
  const connect = { ...kubeconfig, log, signal };
  await accessOfContext(connect);
  const secret = randomBytes(32).toString('base64url');
  const settings: ServerSettings = {
    mode,
    host: '127.0.0.1',
    port,
    namespace: await namespaceOrDefault(namespace, connect),
    publicOrigin: undefined,
    tls: undefined,
    trustedProxies: [],
    allowedClusters: [],
    pageFolder: pageFolder(),
    version,
    limits: usualLimits,
  };
  const login = laptopLogin({ ...kubeconfig, log, secret });
  const server = await startServer({ settings, login, contexts: () => listContexts(kubeconfig), log, signal });
  const link = `http://127.0.0.1:${String(server.port)}/#secret=${secret}`;
  print(link);
  const forget = opensBrowser ? await openBrowser(link, kubeconfig.environment) : undefined;
  await server.stopped;
  await forget?.();
}

/** Where the built page is: beside the bundle, or in `dist` of a checkout. */
function pageFolder(): string {
  const beside = join(import.meta.dirname, '..', 'wizard-page');
  return existsSync(beside) ? beside : join(import.meta.dirname, '../../../dist/wizard-page');
}
