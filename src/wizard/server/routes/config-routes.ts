import type { ClusterConfig, ConfigAnswer, ContextChoice } from '../../api/session.ts';
import { readTekton } from '../clusters/read-tekton.ts';
import type { Route } from '../http/route.ts';
import type { Session } from '../sessions/session.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import type { Login } from '../login/login.ts';

export interface ConfigPorts {
  readonly settings: ServerSettings;
  readonly login: Login;
  /** Of the kubeconfig; empty where it is not the identity. */
  readonly contexts: () => Promise<readonly Omit<ContextChoice, 'isCurrent'>[]>;
}

const languages = ['en', 'de'];

export function configRoutes({ settings, login, contexts }: ConfigPorts): readonly Route[] {
  const clusterOf = async ({ cluster, own }: Session): Promise<ClusterConfig> => ({
    namespace: settings.namespace,
    server: own.server,
    ...(settings.runUrl === undefined ? {} : { runUrl: settings.runUrl }),
    contexts: (await contexts()).map((each) => ({ ...each, isCurrent: each.name === own.context })),
    tekton: await readTekton(cluster, settings.namespace),
  });
  return [
    {
      method: 'GET',
      path: '/config',
      access: 'public',
      rate: 'reads',
      handle: async ({ session }) => {
        const common: ConfigAnswer = { version: settings.version, mode: settings.mode, login: login.kinds, languages };
        return { body: session === undefined ? common : { ...common, cluster: await clusterOf(session) } };
      },
    },
  ];
}
