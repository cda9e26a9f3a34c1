import { setTimeout as sleep } from 'node:timers/promises';
import { at, isObject, listAt, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient } from './kube-client.ts';

/** Keeps the objects of one kind as they should be. */
export interface Reconciliation {
  /** List path, e.g. `/api/v1/namespaces`. */
  readonly path: string;
  /** Called for every object now and after each change; must be idempotent. */
  readonly reconcile: (object: JsonObject) => Promise<void>;
  readonly log: (line: string) => void;
}

const retryAfterMs = 1000;

/** Lists, then watches, and starts over after any failure, until the signal fires. A failing object does not hold up the others. */
export async function keepReconciled(client: KubeClient, work: Reconciliation, signal: AbortSignal): Promise<void> {
  let lastComplaint = '';
  while (!isStopped(signal)) {
    try {
      const version = await reconcileAll(client, work);
      await followChanges(client, work, { version, signal });
    } catch (error) {
      const complaint = `keeping ${work.path} in order: ${error instanceof Error ? error.message : String(error)}`;
      // A kind that is not installed yet would otherwise fill the log.
      if (complaint !== lastComplaint && !isStopped(signal)) work.log(complaint);
      lastComplaint = complaint;
    }
    await sleep(retryAfterMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A call, because the compiler believes that nothing changes between two looks at the signal. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function reconcileAll(client: KubeClient, work: Reconciliation): Promise<string> {
  const { status, body } = await client.send({ method: 'GET', path: work.path });
  if (status !== 200) throw new Error(`listing gave status ${String(status)}`);
  const failures: string[] = [];
  for (const object of listAt(body, 'items').filter(isObject)) {
    try {
      await work.reconcile(object);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures[0] !== undefined) throw new Error(failures[0]);
  return stringAt(body, 'metadata', 'resourceVersion') ?? '0';
}

async function followChanges(
  client: KubeClient,
  work: Reconciliation,
  from: { version: string; signal: AbortSignal },
): Promise<void> {
  const query = `watch=1&resourceVersion=${from.version}&timeoutSeconds=300`;
  for await (const event of client.watch(`${work.path}?${query}`, from.signal)) {
    const type = stringAt(event, 'type');
    const object = at(event, 'object');
    if (type === 'ERROR') return;
    if ((type === 'ADDED' || type === 'MODIFIED') && isObject(object)) await work.reconcile(object);
  }
}
