import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';

import { relayPods, type PodRelay } from '../../../../src/adapters/kube/pod-relay.ts';
import type { ClusterStreams } from '../../../../src/adapters/kube/cluster-streams.ts';
import { openRelay, type Relay } from '../../../../src/adapters/sockets/open-relay.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import { aHost } from '../../../builders/host.ts';

type Streams = Pick<ClusterStreams, 'forwardPort'>;

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Port-forward as a plain connection to this computer. */
const direct: Streams = {
  forwardPort: async ({ port }) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  },
};

/** Answers each connection with all that it received. */
async function echoServer(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => void socket.pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function openScene(change: { source?: Streams; destination?: Streams } = {}) {
  const ports = { tunnel: await freePort(), carrier: await freePort() };
  const relay: Relay = await openRelay(ports);
  const pods = { namespace: 'shop', findPod: () => Promise.resolve('pod') };
  const running: PodRelay = relayPods(
    {
      source: { ...pods, port: ports.carrier, streams: change.source ?? direct },
      destination: { ...pods, port: await echoServer(), streams: change.destination ?? direct },
    },
    { log: aHost().log, sleep: () => new Promise((resolve) => setTimeout(resolve, 10)) },
  );
  closing.push(
    () => running.stop(),
    () => relay.close(),
  );
  return { running, talk: (text: string) => talk(ports.tunnel, text) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.end();
  await buffer(socket);
  return answer.toString();
}

describe('a relay between two pods', () => {
  it('continues each connection of the source to the destination, several at a time', async () => {
    const { talk: say } = await openScene();
    const texts = ['one', 'two', 'three', 'four'];
    expect(await Promise.all(texts.map(say))).toEqual(texts);
    expect(await say('again')).toBe('again');
  });

  it('connects again when a carrier or the destination breaks', async () => {
    let failures = 2;
    const unsteady: Streams = {
      forwardPort: (pod) => {
        failures -= 1;
        if (failures >= 0) return Promise.reject(new TaskError('unreachable', 'gone', { remedy: 'Wait.' }));
        return direct.forwardPort(pod);
      },
    };
    const { talk: say, running } = await openScene({ source: unsteady });
    expect(await say('hello')).toBe('hello');
    expect(() => running.assertAllowed()).not.toThrow();
  });

  it('reports that port-forward is forbidden', async () => {
    const refusing: Streams = {
      forwardPort: () => Promise.reject(new TaskError('forbidden', 'HTTP 403', { remedy: 'Allow it.' })),
    };
    const { running } = await openScene({ source: refusing });
    await expect.poll(() => codeOf(() => running.assertAllowed())).toBe('forbidden');
  });
});

function codeOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof TaskError ? error.code : undefined;
  }
}
