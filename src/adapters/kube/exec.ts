import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import type { WebSocketInterface } from '@kubernetes/client-node/dist/web-socket-handler.js';

import { createBoundedText, type CommandEnd, type RunningCommand } from '../../domain/containerize/running-command.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { parseExecStatus } from '../../domain/kube/exec-status.ts';

type WebSocket = Awaited<ReturnType<WebSocketInterface['connect']>>;

export interface PodContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecRequest {
  readonly command: readonly string[];
  /** Servers before Kubernetes 1.30 do not close the standard input of the command. */
  readonly input?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timing?: ExecTiming;
}

/** Milliseconds. */
export interface ExecTiming {
  /** Load balancers close connections that are silent for a minute or less. */
  readonly ping: number;
  /** A command that sends nothing for so long, while its output is awaited, is given up. */
  readonly silence: number;
}

const usualTiming: ExecTiming = { ping: 20_000, silence: 600_000 };
const mostUnanswered = 3;
/** Bytes of output that wait for the reader before the connection is paused. */
const mostBuffered = 256 * 1024;
const pieceSize = 32 * 1024;

/** The first byte of each message: `remotecommand` of k8s.io/apimachinery. */
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/**
 * Runs a command in a container. Unlike client-node's Exec, the connection is not read while the output is not, and a
 * connection that closes without the status of the command is a failure.
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
 * @throws TaskError `forbidden` without the right to do so, `unreachable`
 */
export async function execInPod(
  handler: WebSocketInterface,
  container: PodContainer,
  request: ExecRequest,
): Promise<RunningCommand> {
  const command = new Exec(container, request);
  try {
    const socket = await handler.connect(pathOf(container, request), null, (channel, bytes) => {
      command.receive(channel, bytes);
      return true;
    });
    command.begin(socket);
  } catch (error) {
    throw connectError(error, container);
  }
  return command;
}

class Exec implements RunningCommand {
  readonly stdout: Readable;
  readonly ended: Promise<CommandEnd>;
  readonly #request: ExecRequest;
  readonly #timing: ExecTiming;
  readonly #doing: string;
  readonly #stderr = createBoundedText();
  readonly #decoder = new StringDecoder('utf8');
  #settle: { readonly resolve: (end: CommandEnd) => void; readonly reject: (error: unknown) => void } | undefined;
  #socket: WebSocket | undefined;
  #isOver = false;
  #heardAt = Date.now();

  constructor(container: PodContainer, request: ExecRequest) {
    const { timing = usualTiming } = request;
    this.#request = request;
    this.#timing = timing;
    this.#doing = `running ${request.command[0] ?? ''} in ${nameOf(container)}`;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Who reads the output gets the same error.
    this.ended.catch(() => undefined);
    this.stdout = new Readable({
      highWaterMark: mostBuffered,
      read: () => {
        // Time that the reader took is not silence of the command.
        if (this.#socket?.isPaused === true) this.#heardAt = Date.now();
        this.#socket?.resume();
      },
      destroy: (error, done) => {
        this.#fail(error ?? this.#stopped());
        done(error);
      },
    });
    this.stdout.on('error', () => undefined);
  }

  begin(socket: WebSocket): void {
    this.#socket = socket;
    const { signal, input } = this.#request;
    const stopPings = this.#keepAlive(socket);
    const abort = (): void => void this.stdout.destroy(this.#stopped());
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => this.#fail(this.#unreachable(messageOf(error))));
    socket.on('close', () => {
      stopPings();
      signal?.removeEventListener('abort', abort);
      this.#fail(this.#unreachable('the connection was closed before the command ended'));
    });
    // The status can come before the connection is known here.
    if (this.#isOver) socket.terminate();
    else if (input !== undefined) void send(socket, input);
  }

  receive(channel: number, bytes: Buffer): void {
    if (this.#isOver) return;
    this.#heardAt = Date.now();
    if (channel === channels.stdout) {
      if (bytes.length > 0 && !this.stdout.push(bytes)) this.#socket?.pause();
    } else if (channel === channels.stderr) this.#stderr.add(this.#decoder.write(bytes));
    else if (channel === channels.status) this.#finish(bytes.toString('utf8'));
  }

  stop(): void {
    this.stdout.destroy();
  }

  #finish(text: string): void {
    const status = parseExecStatus(text);
    if (typeof status !== 'number') {
      this.#fail(new TaskError(status.code, `${this.#doing}: ${status.message}`, { remedy: status.remedy }));
      return;
    }
    this.#isOver = true;
    this.stdout.push(null);
    this.#settle?.resolve({ exitCode: status, stderr: this.#stderr.text() });
    this.#socket?.close();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settle?.reject(error);
    this.#socket?.terminate();
    this.stdout.destroy(error instanceof Error ? error : new Error(String(error)));
  }

  /** While the reader is slow, neither output nor answers to pings are read. */
  #keepAlive(socket: WebSocket): () => void {
    let unanswered = 0;
    socket.on('pong', () => {
      unanswered = 0;
    });
    const timer = setInterval(() => {
      socket.ping();
      if (socket.isPaused) return;
      unanswered += 1;
      // A server that waits for the command to read its input does not answer.
      if (unanswered > mostUnanswered && this.#request.input === undefined) {
        this.#fail(this.#unreachable('the API server does not answer any more'));
      }
      if (Date.now() - this.#heardAt > this.#timing.silence) this.#fail(this.#silent());
    }, this.#timing.ping);
    return () => clearInterval(timer);
  }

  #unreachable(why: string): TaskError {
    const remedy = 'Check the API server and the node of the pod, then run again.';
    return new TaskError('unreachable', `${this.#doing}: ${why}`, { remedy });
  }

  #silent(): TaskError {
    const why = `no output for ${String(Math.round(this.#timing.silence / 1000))} s`;
    return new TaskError('timeout', `${this.#doing}: ${why}`, {
      remedy: 'Check the volumes of the pod and its node, then run again.',
    });
  }

  #stopped(): TaskError {
    return new TaskError('interrupted', `${this.#doing}: the run was stopped`, { remedy: 'Run again to resume.' });
  }
}

async function send(socket: WebSocket, input: Uint8Array): Promise<void> {
  for (let start = 0; start < input.length; start += pieceSize) {
    const piece = input.subarray(start, start + pieceSize);
    const error = await new Promise<Error | undefined>((resolve) => {
      socket.send(Buffer.concat([Uint8Array.of(channels.stdin), piece]), resolve);
    });
    // Why the connection closed is reported there.
    if (error) return;
  }
  if (socket.protocol === 'v5.channel.k8s.io') socket.send(Uint8Array.of(channels.close, channels.stdin));
}

function pathOf({ namespace, pod, container }: PodContainer, { command, input }: ExecRequest): string {
  const query = new URLSearchParams([
    ['container', container],
    ['stdin', String(input !== undefined)],
    ['stdout', 'true'],
    ['stderr', 'true'],
    ['tty', 'false'],
    ...command.map((argument): [string, string] => ['command', argument]),
  ]);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  return `${path}?${query.toString()}`;
}

function nameOf({ namespace, pod, container }: PodContainer): string {
  return `container ${container} of pod ${namespace}/${pod}`;
}

/** The library rejects with the event of a WebSocket instead of an Error. */
function connectError(error: unknown, container: PodContainer): TaskError {
  const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
  const doing = `exec into ${nameOf(container)}: ${message}`;
  const status = Number(/^Unexpected server response: (\d+)$/.exec(message)?.[1]);
  if (status === 401 || status === 403) {
    return new TaskError('forbidden', doing, {
      remedy: `Allow get and create on pods/exec in namespace ${container.namespace}, or mount the claims here.`,
      cause: error,
    });
  }
  if (status >= 400 && status < 500) {
    const remedy = 'Check that the pod is still there and that its container runs, then run again.';
    return new TaskError('cluster-refused', doing, { remedy, cause: error });
  }
  return new TaskError('unreachable', doing, { remedy: 'Check the API server and the node of the pod.', cause: error });
}
