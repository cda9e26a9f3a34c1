import type { Selection } from './kubeconfig.ts';

/**
 * All that a kubeconfig says about a context, as one text: its names, server, credentials and TLS settings, and the
 * recipient of sealed Secrets. The same for each file that says the same, whatever other contexts it has.
 */
export function contextFingerprint({ context, cluster, user }: Selection, sealingRecipient = ''): string {
  // Where the file is does not matter: the paths in it do.
  const { authProvider, ...login } = user;
  const provider = authProvider && { name: authProvider.name, config: authProvider.config };
  const { user: as = '', groups, uid = '', extras } = user.impersonate;
  const place = { folder: undefined };
  return JSON.stringify([
    context,
    { ...cluster, ...place },
    { ...login, impersonate: { user: as, groups, uid, extras }, authProvider: provider, ...place },
    sealingRecipient,
  ]);
}
