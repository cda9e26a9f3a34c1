import type { ConnectOptions } from '../../../adapters/kube/connect.ts';
import type { ConnectionRequest } from '../../api/clusters.ts';
import { connectSide } from '../clusters/connect-side.ts';
import { findNamespaces } from '../clusters/find-namespaces.ts';
import type { SideConnection } from '../clusters/side-connection.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { within } from '../problems/within.ts';
import type { ServerSettings } from '../settings.ts';
import { connectionOf, objectOf, optionalText, wrongBody } from './read-body.ts';

export interface ConnectionPorts {
  readonly settings: ServerSettings;
  readonly kubeconfig: Pick<ConnectOptions, 'kubeconfig' | 'environment'>;
}

/** Milliseconds that a cluster may take to answer. */
const connectTime = 10_000;
/** Of a session; the oldest makes room. */
const mostConnections = 20;

export function connectionRoutes(ports: ConnectionPorts): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/connections',
      access: 'session',
      rate: 'connections',
      handle: (request) => connect(request, ports),
    },
    {
      method: 'DELETE',
      path: '/connections/:id',
      access: 'session',
      rate: 'writes',
      handle: async ({ session, params }) => {
        const connection = connectionOf(session, params['id'] ?? '');
        session.connections.delete(connection.answer.id);
        await closeSide(connection);
        return { object: connection.answer.server };
      },
    },
    {
      method: 'GET',
      path: '/connections/:id/namespaces',
      access: 'session',
      rate: 'reads',
      handle: async ({ session, params, query, signal }) => {
        const { cluster } = connectionOf(session, params['id'] ?? '');
        return { body: await within(connectTime, signal, () => findNamespaces(cluster, query['prefix'] ?? '')) };
      },
    },
  ];
}

async function connect({ session, body, signal }: SessionRequest, ports: ConnectionPorts): Promise<RouteAnswer> {
  const request = requestOf(body);
  const controller = new AbortController();
  const lasting = AbortSignal.any([session.signal, controller.signal]);
  try {
    const opening = { ...ports, signal: lasting };
    const connection = await within(connectTime, signal, () => connectSide(request, session, opening));
    session.connections.set(connection.answer.id, connection);
    await makeRoom(session.connections);
    const { side, server } = connection.answer;
    return { status: 201, body: connection.answer, object: `${side} ${server}` };
  } catch (error) {
    // What is still under way is over for this user.
    controller.abort(error);
    throw error;
  }
}

async function makeRoom(connections: Map<string, SideConnection>): Promise<void> {
  for (const [id, connection] of connections) {
    if (connections.size <= mostConnections) return;
    connections.delete(id);
    await closeSide(connection);
  }
}

async function closeSide({ cluster, isOwn }: SideConnection): Promise<void> {
  if (!isOwn) await cluster.close();
}

function requestOf(body: unknown): ConnectionRequest {
  const given = objectOf(body);
  const side = optionalText(given, 'side');
  if (side !== 'source' && side !== 'destination') throw wrongBody('side is neither source nor destination');
  const texts = (['context', 'server', 'token', 'ca'] as const).flatMap((key) => {
    const text = optionalText(given, key);
    return text === undefined ? [] : [[key, text] as const];
  });
  return { side, ...(given['own'] === true ? { own: true } : {}), ...Object.fromEntries(texts) };
}
