import { randomUUID } from 'node:crypto';

import { sha256Of } from '../../../adapters/files/digest.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { parseLabelSelector } from '../../../domain/kube/label-selector.ts';
import { inventoryText, readInventory } from '../../../domain/planning/inventory.ts';
import { readLists } from '../../../usecases/planning/read-inventory.ts';
import type { InventoryAnswer } from '../../api/planning.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import { toProblem } from '../problems/to-problem.ts';
import type { Session } from '../sessions/session.ts';
import type { InventoryOutcome, StoredInventory } from '../sessions/stored-inventory.ts';
import { viewInventory } from '../views/inventory-view.ts';
import { connectionOf, nameOf, textOf, wrongBody } from './read-body.ts';

/** Of a session. At the limit, the oldest is removed, but none that is being taken. */
const mostInventories = 5;
/** Milliseconds after which an inventory is forgotten. */
const lifetime = 60 * 60_000;

/** @param namespace of the runs */
export function inventoryRoutes(namespace: string): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/inventories',
      access: 'session',
      rate: 'writes',
      handle: (request) => Promise.resolve(begin(request, namespace)),
    },
    {
      method: 'GET',
      path: '/inventories/:id',
      access: 'session',
      rate: 'reads',
      handle: ({ session, params, requestId }) =>
        Promise.resolve({ body: answerOf(inventoryOf(session, params['id'] ?? ''), session, requestId) }),
    },
    {
      method: 'DELETE',
      path: '/inventories/:id',
      access: 'session',
      rate: 'writes',
      handle: ({ session, params }) => {
        const { id, controller } = inventoryOf(session, params['id'] ?? '');
        controller.abort();
        session.inventories.delete(id);
        return Promise.resolve({ object: `inventory ${id}` });
      },
    },
  ];
}

/** @throws Refusal `not-found` */
function inventoryOf({ inventories }: Session, id: string): StoredInventory {
  const found = inventories.get(id);
  if (found === undefined || Date.now() >= found.expiresAt) throw notFound('the inventory');
  return found;
}

/** An inventory that is complete. @throws Refusal when it is not */
export function completeInventory(
  session: Session,
  id: string,
): StoredInventory & { readonly outcome: Extract<InventoryOutcome, { state: 'done' }> } {
  const stored = inventoryOf(session, id);
  const { outcome } = stored;
  if (outcome.state === 'done') return { ...stored, outcome };
  throw new Refusal(409, 'state-refused', {
    message: outcome.state === 'running' ? 'the inventory is still taken' : 'the inventory has failed',
    remedy: outcome.state === 'running' ? 'Wait until it is complete.' : 'Take the inventory again.',
  });
}

function begin({ session, body, requestId }: SessionRequest, runsNamespace: string): RouteAnswer {
  const sideOf = (side: 'source' | 'destination') => ({
    connection: connectionOf(session, textOf(body, side, 'connection')),
    namespace: nameOf(textOf(body, side, 'namespace'), `namespace of the ${side}`),
  });
  const labelSelector = selectorOf(body);
  const source = { ...sideOf('source'), labelSelector };
  const destination = sideOf('destination');
  makeRoom(session);
  const startedAt = Date.now();
  const stored: StoredInventory = {
    id: randomUUID(),
    startedAt,
    expiresAt: startedAt + lifetime,
    controller: new AbortController(),
    source: source.connection,
    destination: destination.connection,
    progress: { done: 0, total: 0 },
    outcome: { state: 'running' },
  };
  session.inventories.set(stored.id, stored);
  const place = { source, destination, runsNamespace };
  void take(stored, session, place).then((outcome) => {
    stored.outcome = outcome;
  });
  const object = `namespace ${source.namespace} of ${source.connection.answer.server}`;
  return { status: 202, body: answerOf(stored, session, requestId), object };
}

/** @throws Refusal for text that no label selector is */
function selectorOf(body: unknown): string {
  const selector = stringAt(body, 'source', 'labelSelector') ?? '';
  if (selector === '' || parseLabelSelector(selector) !== undefined) return selector;
  throw wrongBody(`${JSON.stringify(selector)} is not a label selector`);
}

function makeRoom({ inventories }: Session): void {
  const running = [...inventories.values()].filter(({ outcome }) => outcome.state === 'running');
  if (running.length >= mostInventories) {
    throw new Refusal(429, 'too-many-requests', {
      message: `${String(running.length)} inventories are taken already`,
      remedy: 'Wait for one of them, or cancel one.',
    });
  }
  const [oldest] = [...inventories.values()].filter(({ outcome }) => outcome.state !== 'running');
  if (inventories.size >= mostInventories && oldest !== undefined) inventories.delete(oldest.id);
}

interface InventoryPlace {
  readonly source: { readonly namespace: string; readonly labelSelector: string };
  readonly destination: { readonly namespace: string };
  readonly runsNamespace: string;
}

async function take(stored: StoredInventory, session: Session, place: InventoryPlace): Promise<InventoryOutcome> {
  const { source, destination, progress, controller } = stored;
  const log = {
    ...session.log,
    progress: (done: number, total: number) => {
      progress.done = done;
      progress.total = total;
    },
  };
  const cancelled = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(new Error('cancelled'));
    controller.signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const ports = { source: source.cluster, destination: destination.cluster, runs: session.cluster, log };
    const lists = await Promise.race([readLists(place, ports), cancelled]);
    const resources = lists[0].lists.flatMap(({ objects }) => objects);
    return { state: 'done', inventory: await readInventory(...lists), resources };
  } catch (error) {
    return { state: 'failed', error };
  }
}

function answerOf(stored: StoredInventory, { log }: Session, requestId: string): InventoryAnswer {
  const { id, progress, outcome, startedAt, expiresAt } = stored;
  const common = {
    id,
    progress: { ...progress },
    startedAt: new Date(startedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
  switch (outcome.state) {
    case 'running':
      return { ...common, state: 'running' };
    case 'failed':
      return { ...common, state: 'failed', problem: toProblem(outcome.error, { requestId, redactor: log.redactor }) };
    case 'done': {
      const digest = sha256Of(inventoryText(outcome.inventory));
      return { ...common, state: 'done', inventory: viewInventory(outcome.inventory, digest) };
    }
  }
}
