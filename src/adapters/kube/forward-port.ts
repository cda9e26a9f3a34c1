import { Duplex } from 'node:stream';

import type { WebSocketInterface } from '@kubernetes/client-node/dist/web-socket-handler.js';

import { TaskError } from '../../domain/core/errors.ts';

type WebSocket = Awaited<ReturnType<WebSocketInterface['connect']>>;

export interface PodPort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Load balancers close connections that are silent for a minute or less. */
const pingMilliseconds = 20_000;
const mostUnanswered = 3;

/** The first byte of each message is its channel. */
const dataChannel = Uint8Array.of(0);

/**
 * Connects to a port of a pod. Unlike client-node's PortForward, the stream stops reading and writing while the other side
 * is slower: volumes do not fit into memory.
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 * @throws TaskError `forbidden` without the right to do so, `unreachable`
 */
export function forwardPort(handler: WebSocketInterface, pod: PodPort): Promise<Duplex> {
  return connect(handler, pod).catch((error: unknown) => {
    throw streamError(error, pod);
  });
}

async function connect(handler: WebSocketInterface, { namespace, name, port }: PodPort): Promise<Duplex> {
  const opened = new Set<number>();
  const opening: { socket?: WebSocket } = {};
  const stream = new Duplex({
    // The protocol cannot close one direction alone.
    allowHalfOpen: false,
    read: () => opening.socket?.resume(),
    write: (chunk: Uint8Array, _encoding, done) => opening.socket?.send(Buffer.concat([dataChannel, chunk]), done),
    final: (done) => {
      const { socket } = opening;
      if (socket === undefined || socket.readyState === socket.CLOSED) done();
      else socket.once('close', () => done()).close();
    },
    destroy: (error, done) => {
      opening.socket?.terminate();
      done(error);
    },
  });
  // The kubelet can report an error before the caller has the stream.
  stream.on('error', () => undefined);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/portforward`;
  const socket = await handler.connect(`${path}?ports=${String(port)}`, null, (channel, bytes) => {
    // The first message of each channel repeats the port.
    const content = opened.has(channel) ? bytes : bytes.subarray(2);
    opened.add(channel);
    if (content.length === 0) return true;
    if (channel !== dataChannel[0]) stream.destroy(new Error(content.toString('utf8').trim()));
    else if (!stream.push(content)) opening.socket?.pause();
    return true;
  });
  opening.socket = socket;
  const stopPings = keepAlive(socket);
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => {
    stopPings();
    if (!stream.destroyed) stream.push(null);
  });
  return stream;
}

function keepAlive(socket: WebSocket): () => void {
  let unanswered = 0;
  socket.on('pong', () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    unanswered += 1;
    if (unanswered > mostUnanswered) socket.terminate();
    else socket.ping();
  }, pingMilliseconds);
  return () => clearInterval(timer);
}

/** The library rejects with the event of a WebSocket instead of an Error. */
function streamError(error: unknown, { namespace, name }: PodPort): TaskError {
  const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
  const doing = `port-forward to pod ${namespace}/${name}: ${message}`;
  if (/^Unexpected server response: 40[13]$/.test(message)) {
    return new TaskError('forbidden', doing, {
      remedy: 'Allow get and create on pods/portforward in this namespace, or choose another endpoint-type.',
      cause: error,
    });
  }
  return new TaskError('unreachable', doing, { remedy: 'Check the API server and the node of the pod.', cause: error });
}
