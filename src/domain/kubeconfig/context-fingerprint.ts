import type { Selection } from './kubeconfig.ts';

/**
 * All that a kubeconfig says about a context, as one text: its names, server, credentials and TLS settings, and the
 * recipient of sealed Secrets. The same for each file that says the same, whatever other contexts it has.
 */
export function contextFingerprint({ context, cluster, user }: Selection, sealingRecipient: string): string {
  // Where the file is does not matter: the paths in it do.
  return JSON.stringify([context, { ...cluster, folder: undefined }, { ...user, folder: undefined }, sealingRecipient]);
}
