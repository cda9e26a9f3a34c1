import type { UserEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { TaskError } from '../../domain/core/errors.ts';

/**
 * Refuses what a kubeconfig on a shared volume must not do in a pod: run a program with the rights of the pod.
 * Only called for users whose token does not come from a cluster Secret.
 * @throws TaskError `kubeconfig-refused`
 */
export function assertUsableInPod({ name, token, tokenFile, exec, authProvider }: UserEntry): void {
  if (token !== undefined || tokenFile !== undefined) return;
  const what =
    exec === undefined
      ? authProvider && `auth provider ${JSON.stringify(authProvider.name)}`
      : `exec entry ${JSON.stringify(exec.command)}`;
  if (what === undefined) return;
  throw new TaskError(
    'kubeconfig-refused',
    `reading kubeconfig user ${JSON.stringify(name)}: ${what} is not run in a pod`,
    {
      remedy:
        'Create a Secret with the keys `url` and `token` and generate the kubeconfig from it, or use a kubeconfig that holds ' +
        'a token or a client certificate.',
    },
  );
}
