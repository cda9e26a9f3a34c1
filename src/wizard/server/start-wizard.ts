import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { ConnectOptions } from '../../adapters/kube/connect.ts';
import { namespaceOrDefault } from '../../adapters/kube/choose-context.ts';
import { listContexts } from '../../adapters/kube/list-contexts.ts';
import type { ProviderSettings } from '../../adapters/kube/oidc-provider.ts';
import { openBrowser } from '../../adapters/processes/open-browser.ts';
import type { Log } from '../../domain/core/ports.ts';
import { version } from '../../runtime/version.ts';
import type { LoginKind, WizardMode } from '../api/session.ts';
import { laptopLogin } from './login/laptop-login.ts';
import type { OidcLogin } from './login/oidc-login.ts';
import { tokenLogin } from './login/token-login.ts';
import { usualLimits } from './sessions/session-store.ts';
import type { ServerSettings } from './sessions/settings.ts';
import { startServer } from './start-server.ts';
import { certificateOf, certificateOrOwn, type ReadCertificate } from './tls/read-certificate.ts';

export interface WizardOptions extends Omit<ConnectOptions, 'log' | 'signal'> {
  readonly mode: WizardMode;
  readonly port: number;
  /** Undefined: that of the context. */
  readonly namespace: string | undefined;
  readonly opensBrowser: boolean;
  readonly publicOrigin: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly allowedClusters: readonly string[];
  readonly runUrl: string | undefined;
  /** Folder with `tls.crt` and `tls.key`; undefined: plain HTTP. */
  readonly tlsFolder: string | undefined;
  /** The identity provider of users; undefined: there is none. */
  readonly oidc: OidcSettings | undefined;
}

export type OidcSettings = Pick<
  ProviderSettings,
  'issuer' | 'clientId' | 'clientSecret' | 'authority' | 'scope' | 'redirectUri'
>;

export interface WizardPorts extends Required<Pick<ConnectOptions, 'log' | 'signal'>> {
  readonly print: (line: string) => void;
}

/** Runs the server until the signal is aborted. @throws TaskError when it cannot start */
export async function startWizard(options: WizardOptions, { log, signal, print }: WizardPorts): Promise<void> {
  const { mode, opensBrowser, tlsFolder, oidc } = options;
  const kubeconfig = kubeconfigOf(options);
  const readCertificate = readerOf(tlsFolder, mode, log);
  const settings = await settingsOf(options, kubeconfig, await readCertificate?.());
  const secret = randomBytes(32).toString('base64url');
  const isLaptop = mode === 'laptop';
  const login = isLaptop
    ? laptopLogin({ ...kubeconfig, log, secret })
    : tokenLogin({ ...kubeconfig, log, kinds: kindsOf(mode, oidc) });
  const provider = oidc === undefined ? undefined : await openProvider(oidc, kubeconfig, log);
  const contexts = async () => (isLaptop ? listContexts(kubeconfig) : []);
  const server = await startServer({
    settings,
    login,
    oidc: provider,
    contexts,
    kubeconfig,
    readCertificate,
    log,
    signal,
  });
  const address = `${settings.tls === undefined ? 'http' : 'https'}://${settings.host === '::' ? '[::]' : settings.host}`;
  const link = `${address}:${String(server.port)}/${isLaptop ? `#secret=${secret}` : ''}`;
  if (isLaptop) log.info('the link opens the wizard in a browser and works once; Ctrl+C stops the wizard');
  print(link);
  const forget = isLaptop && opensBrowser ? await openBrowser(link, kubeconfig.environment) : undefined;
  await server.stopped;
  await forget?.();
}

type Kubeconfig = Omit<ConnectOptions, 'log' | 'signal'>;

/** How clusters are found, without what is about the server. */
function kubeconfigOf(options: Kubeconfig): Kubeconfig {
  const { kubeconfig, context, kubeconfigDigest, environment } = options;
  return { kubeconfig, context, environment, ...(kubeconfigDigest === undefined ? {} : { kubeconfigDigest }) };
}

async function settingsOf(
  { mode, port, namespace, publicOrigin, trustedProxies, allowedClusters, runUrl }: WizardOptions,
  kubeconfig: Kubeconfig,
  tls: ServerSettings['tls'],
): Promise<ServerSettings> {
  return {
    mode,
    // In clear text from other computers only a proxy is listened to.
    host: mode !== 'laptop' && (tls !== undefined || trustedProxies.length > 0) ? '::' : '127.0.0.1',
    port,
    namespace: await namespaceOrDefault(namespace, kubeconfig),
    publicOrigin,
    tls,
    trustedProxies,
    allowedClusters,
    runUrl,
    pageFolder: pageFolder(),
    version,
    limits: usualLimits,
  };
}

function kindsOf(mode: WizardMode, oidc: OidcSettings | undefined): readonly LoginKind[] {
  if (mode === 'proxy') return ['proxy'];
  return oidc === undefined ? ['token'] : ['oidc', 'token'];
}

/** Loaded only where it is configured. */
async function openProvider(oidc: OidcSettings, kubeconfig: Kubeconfig, log: Log): Promise<OidcLogin> {
  const [{ openOidcProvider }, { oidcLogin }] = await Promise.all([
    import('../../adapters/kube/oidc-provider.ts'),
    import('./login/oidc-login.ts'),
  ]);
  const provider = openOidcProvider({ ...oidc, environment: kubeconfig.environment });
  return oidcLogin({ ...kubeconfig, log, provider });
}

/** In a cluster the server begins before its certificate is there; on a laptop a wrong folder is an error. */
function readerOf(folder: string | undefined, mode: WizardMode, log: Log): ReadCertificate | undefined {
  if (folder === undefined) return undefined;
  return mode === 'laptop' ? certificateOf(folder) : certificateOrOwn(folder, log);
}

/** Where the built page is: beside the bundle, or in `dist` of a checkout. */
function pageFolder(): string {
  const beside = join(import.meta.dirname, '..', 'wizard-page');
  return existsSync(beside) ? beside : join(import.meta.dirname, '../../../dist/wizard-page');
}
