import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';

/** Why a pod does not run. */
export interface PodTrouble {
  readonly message: string;
  /** Waiting longer will not help. */
  readonly isFinal: boolean;
}

/** Reasons of a waiting container that end only when a user changes something. */
const finalReasons = ['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerError', 'RunContainerError'];

/** Also of a container that does not wait. */
const waitingReasons = ['', 'ContainerCreating', 'PodInitializing'];

/** What keeps a pod from running, as far as its status shows; undefined when it runs or nothing is known. */
export function podTrouble(pod: unknown): PodTrouble | undefined {
  if (pod === undefined || stringAt(pod, 'status', 'phase') === 'Running') return undefined;
  const waiting = ['initContainerStatuses', 'containerStatuses']
    .flatMap((key) => arrayAt(pod, 'status', key))
    .map((status) => valueAt(status, 'state', 'waiting'))
    .find((state) => !waitingReasons.includes(stringAt(state, 'reason') ?? ''));
  const reason = stringAt(waiting, 'reason') ?? '';
  if (reason !== '') {
    const message = [reason, stringAt(waiting, 'message') ?? ''].filter((part) => part !== '').join(': ');
    return { message, isFinal: finalReasons.includes(reason) };
  }
  const unscheduled = arrayAt(pod, 'status', 'conditions').find(
    (condition) => stringAt(condition, 'type') === 'PodScheduled' && stringAt(condition, 'status') === 'False',
  );
  const message = stringAt(unscheduled, 'message');
  return { message: message ?? 'it is still being started', isFinal: false };
}
