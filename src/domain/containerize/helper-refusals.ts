import { TaskError } from '../core/errors.ts';
import { isRefusal } from '../kube/status-error.ts';
import { podTrouble } from '../volumes/helper-pod.ts';

const throughContainer =
  'or read the claims through the container with read-claims=container, if it has the programs for it.';

/**
 * Says why a cluster refuses an object of a run: a ResourceQuota, Pod Security, or a missing right.
 * @param what for messages, such as `a pod that reads the claims`
 * @returns the error itself when it is none of these
 */
export function explainRefusal(error: unknown, what: string): unknown {
  if (!isRefusal(error, 403)) return error;
  const fail = (why: string, remedy: string): TaskError =>
    new TaskError('cluster-refused', `creating ${what}: ${why}: ${error.message}`, { remedy, cause: error });
  if (/exceeded quota|failed quota/.test(error.message))
    return fail(
      'a ResourceQuota of the namespace refuses it',
      `Raise the quota or end what uses it, ${throughContainer}`,
    );
  if (/violates PodSecurity|security context constraint/.test(error.message))
    return fail(
      'the namespace does not allow such a pod',
      `Allow the user id of the application for other pods too, ${throughContainer}`,
    );
  return new TaskError('forbidden', `creating ${what}: ${error.message}`, {
    remedy: `Give the account the rights that docs/portable-images.md names, ${throughContainer}`,
    cause: error,
  });
}

/** What keeps a pod that reads claims from running. */
export interface ReaderTrouble {
  readonly why: string;
  readonly remedy: string;
  /** Waiting longer does not help. */
  readonly isFinal: boolean;
}

/** What an attach controller says of a volume that another node has: kubernetes/pkg/controller/volume/attachdetach. */
const otherNode = /multi-attach|already (?:exclusively )?attached|already used by pod/i;
const onceInPod = /ReadWriteOncePod/;

/**
 * Says why a pod does not start.
 * @param warnings messages of its events
 * @param node where the claims are in use; empty: any node will do
 * @returns undefined when it runs
 */
export function explainWaiting(
  pod: unknown,
  { warnings, node }: { readonly warnings: readonly string[]; readonly node: string },
): ReaderTrouble | undefined {
  const trouble = podTrouble(pod);
  if (trouble === undefined) return undefined;
  const { message } = trouble;
  const attach = warnings.find((warning) => otherNode.test(warning));
  if (attach !== undefined)
    return {
      why: `a claim is ReadWriteOnce and in use on another node: ${attach}`,
      remedy: `End the pods that use the claim on the other node, take a snapshot with snapshots=required, ${throughContainer}`,
      isFinal: true,
    };
  if (onceInPod.test(message))
    return {
      why: `a claim is ReadWriteOncePod, so only one pod may use it: ${message}`,
      remedy: `Take a snapshot with snapshots=required, ${throughContainer}`,
      isFinal: true,
    };
  if (node !== '' && /nodes? (?:are|is) available|affinity/.test(message))
    return {
      why: `the claims are in use on node ${node}, which does not take the pod: ${message}`,
      remedy: `Free resources on the node, take a snapshot with snapshots=required, ${throughContainer}`,
      isFinal: false,
    };
  return {
    why: [message, ...warnings.slice(-1)].join('; '),
    remedy: 'Look at the events of the pod and of its claims, then run again.',
    isFinal: trouble.isFinal,
  };
}
