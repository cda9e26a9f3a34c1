import { objectPath } from '../../domain/kube/api-paths.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { BrokenExchange, openExchange } from '../http/transport.ts';
import { brokenError, redirectError, statusError } from './answer-errors.ts';
import type { Connection } from './open-cluster.ts';

export interface LoggedContainer {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly container: string;
}

export interface LogOptions {
  /** Continues until the container ends. */
  readonly follow?: boolean;
  /** The last lines; absent: all. */
  readonly tailLines?: number;
  /** Each line begins with its time. */
  readonly timestamps?: boolean;
}

/** The logs of containers. No more is read than the consumer takes. */
export interface ContainerLogs {
  /**
   * The bytes that a container logs.
   * @throws ClusterStatusError, with status 400 before the container was started, 404 once the pod is gone; TaskError
   *   `unreachable` when the connection breaks, `tls-untrusted`
   */
  followLog(container: LoggedContainer, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A container may log nothing for hours. The kubelet itself closes such a connection after 4 h. */
const silence = 4 * 3_600_000;
const mostErrorBytes = 64 * 1024;

export function openContainerLogs(connection: Connection): ContainerLogs {
  return {
    followLog: (container, options, signal) => readLog(connection, { container, options, signal }),
    close: () => {
      connection.agent.destroy();
      return Promise.resolve();
    },
  };
}

interface LogRequest {
  readonly container: LoggedContainer;
  readonly options: LogOptions;
  readonly signal: AbortSignal;
}

async function* readLog(
  connection: Connection,
  { container, options, signal }: LogRequest,
): AsyncGenerator<Uint8Array> {
  const { pod } = container;
  const path = `${objectPath({ kind: knownKinds.pods, ...pod })}/log`;
  const url = new URL(connection.url);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  url.search = new URLSearchParams({
    container: container.container,
    ...(options.follow === true ? { follow: 'true' } : {}),
    ...(options.tailLines === undefined ? {} : { tailLines: String(options.tailLines) }),
    ...(options.timestamps === true ? { timestamps: 'true' } : {}),
  }).toString();
  const doing = `GET ${path} of ${connection.server}`;
  const headers = { ...(await connection.credentials.headers()), accept: '*/*', 'user-agent': 'crane-tasks' };
  const context = { agent: connection.agent, signal, silence };
  try {
    const { body, ...answer } = await openExchange({ url, method: 'GET', headers, mostBytes: Infinity }, context);
    if (answer.status < 300) {
      yield* body;
      return;
    }
    const whole = { ...answer, body: await firstBytes(body) };
    throw answer.status < 400
      ? redirectError(whole, doing)
      : statusError({ answer: whole, body: parseStatus(whole.body), doing }, connection.log.redactor);
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof BrokenExchange ? brokenError(error, doing) : error;
  }
}

async function firstBytes(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostErrorBytes) break;
  }
  return Buffer.concat(chunks);
}

function parseStatus(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
