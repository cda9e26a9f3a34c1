import { arrayAt, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { containerSecurity, heldBy } from './reader-pod.ts';

/**
 * The root folder of a container that shares its process namespace with a debug container: its first process has number 1
 * there. The slash at the end makes programs follow the link.
 */
export const targetRoot = '/proc/1/root/';
/** Seconds after which a debug container ends whose run was killed. */
const longestRun = 4 * 60 * 60;

export interface DebugContainer {
  /** The container whose files are read. */
  readonly container: string;
  readonly image: string;
  /** Not in use in the pod. */
  readonly name: string;
  /** User of the image of the container; undefined: not known. Without a group it is in group 0. */
  readonly imageUser: { readonly uid: number; readonly gid: number | undefined } | undefined;
}

/**
 * A debug container that reads the files of another container of its pod. The kernel lets it only as the same user and
 * group (ptrace(2), `PTRACE_MODE_READ_FSCREDS`).
 */
export function debugContainer(pod: Resource, { container, image, name, imageUser }: DebugContainer): JsonObject {
  const { user = imageUser?.uid, group = imageUser?.gid ?? (user === undefined ? undefined : 0) } = idsOf(
    pod,
    container,
  );
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    targetContainerName: container,
    ...heldBy(longestRun),
    securityContext: {
      // A process of root may only be looked into with at least its capabilities.
      ...(user === 0 ? {} : containerSecurity(user)),
      ...(user === undefined ? {} : { runAsUser: user }),
      ...(group === undefined ? {} : { runAsGroup: group }),
    },
  };
}

/** Why the files of a container cannot be read by a debug container; undefined when they may. */
export function whyNoDebugContainer(pod: Resource): string | undefined {
  return valueAt(pod, 'spec', 'shareProcessNamespace') === true
    ? 'the containers of the pod share one process namespace, so the first process is not that of the container'
    : undefined;
}

/** Whether a debug container runs; else why not. */
export function debugStateOf(pod: unknown, name: string): { readonly isRunning: boolean; readonly why: string } {
  const statuses = arrayAt(pod, 'status', 'ephemeralContainerStatuses');
  const state = valueAt(
    statuses.find((each) => stringAt(each, 'name') === name),
    'state',
  );
  if (valueAt(state, 'running') !== undefined) return { isRunning: true, why: '' };
  const parts = ['waiting', 'terminated'].flatMap((key) => [
    stringAt(state, key, 'reason') ?? '',
    stringAt(state, key, 'message') ?? '',
  ]);
  const why = parts.filter((part) => part !== '').join(': ');
  return { isRunning: false, why: why === '' ? 'it was not started yet' : why };
}

function idsOf(pod: Resource, name: string): { readonly user: number | undefined; readonly group: number | undefined } {
  const container = arrayAt(pod, 'spec', 'containers').find((each) => stringAt(each, 'name') === name);
  const status = arrayAt(pod, 'status', 'containerStatuses').find((each) => stringAt(each, 'name') === name);
  const idOf = (key: 'uid' | 'gid', field: 'runAsUser' | 'runAsGroup'): number | undefined => {
    const id =
      valueAt(status, 'user', 'linux', key) ??
      valueAt(container, 'securityContext', field) ??
      valueAt(pod, 'spec', 'securityContext', field);
    return typeof id === 'number' ? id : undefined;
  };
  return { user: idOf('uid', 'runAsUser'), group: idOf('gid', 'runAsGroup') };
}
