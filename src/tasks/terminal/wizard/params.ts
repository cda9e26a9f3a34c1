import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { choice, count, list, optional, toggle } from '../../shared/param-kinds.ts';
import { clusterParams } from '../../shared/params.ts';
import { kubeconfigDigestParam } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const wizardParams = {
  mode: choice(
    ['laptop', 'deployment', 'proxy'],
    'Who may use it. "laptop": who has the link, with the rights of the contexts of the kubeconfig. "deployment": who has ' +
      'a token of the cluster of the runs. "proxy": who signed in at a proxy in front, which sends the token.',
  ),
  // Outside of mode laptop only its address and its authority are used.
  context: clusterParams.context,
  namespace: optional('Namespace of the migrations and their runs. Empty: that of the context.'),
  port: count([0, 65_535], 0, 'Port of the server. "0": a free one.'),
  'no-browser': toggle(false, 'Whether the page is not opened: its link is only printed.'),
  'public-url': optional(
    'Address by which browsers reach the server, `https://host`. Requests by another name are refused. Empty: not checked ' +
      'outside of mode laptop.',
  ),
  'trusted-proxies': list(
    'IP addresses of the proxies in front, or ranges such as 10.128.0.0/14, separated by commas. Only they may use plain HTTP from another computer, and ' +
      'only their tokens count in mode proxy. Empty: this computer.',
  ),
  'allow-clusters': list(
    'Hosts of clusters that users may connect to, with or without a port, separated by commas. Empty: all.',
  ),
  'run-url': optional(
    'Address of a run in another program, such as the Tekton Dashboard, with `{namespace}` and `{name}`. The page links each ' +
      'PipelineRun to it. Empty: no link.',
  ),
  'oidc-issuer': optional(
    'Issuer of an OpenID Connect provider, `https://host/path`, at which users sign in. The cluster of the runs must accept its ' +
      'ID tokens. Only in mode deployment. Empty: none.',
  ),
  'oidc-client-id': optional(
    'Client of the wizard at that provider. The redirect URI is the public URL with `/login/callback`.',
  ),
  'oidc-scopes': list(
    'Scopes that are asked for besides `openid`, separated by commas. With `offline_access` most providers let the login be renewed.',
  ),
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const wizardWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
  tls: {
    flag: 'tls-dir',
    optional: true,
    readOnly: true,
    description: 'Folder with the files `tls.crt` and `tls.key` of the server. Without it: plain HTTP.',
  },
  oidc: {
    flag: 'oidc-dir',
    optional: true,
    readOnly: true,
    description:
      'Folder with the file `client-secret` of the OpenID Connect client, and `ca.crt` with the authority of the provider. Each ' +
      'may be absent: a public client, an authority of the system.',
  },
} as const satisfies Workspaces;
