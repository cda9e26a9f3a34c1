import { parseJsonExactly } from '../../domain/kube/exact-integers.ts';
import { collectionPath, objectPath } from '../../domain/kube/api-paths.ts';
import type {
  ClusterStream,
  LogOptions,
  LoggedContainer,
  WatchEvent,
  WatchedKind,
  WatchOptions,
} from '../../domain/kube/cluster-stream.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { isObject, stringAt, valueAt, type JsonObject } from '../../domain/core/json-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { BrokenExchange, openExchange, type HttpStream } from '../http/transport.ts';
import { brokenError, redirectError, statusError } from './answer-errors.ts';
import type { Connection } from './open-cluster.ts';
import { linesOf } from './lines-of.ts';

/** An open ClusterStream and the connections that it uses. */
export interface OpenClusterStream extends ClusterStream {
  close(): Promise<void>;
}

interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept: string;
  /** Milliseconds without a byte after which the connection counts as broken. */
  readonly silence: number;
}

/** Seconds after which the API server ends a watch. */
const watchSeconds = 120;
/** Longer than a watch: bookmarks come each minute at most, and from some servers never. */
const watchSilence = 150_000;
/** A container may log nothing for hours. The kubelet itself closes such a connection after 4 h. */
const logSilence = 4 * 3_600_000;
/** etcd takes objects of 1.5 MiB; the JSON of one with many control characters is six times as long. */
const longestEvent = 16 * 1024 * 1024;
const longestRefusal = 64 * 1024;
const eventTypes: readonly unknown[] = [
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
] satisfies readonly WatchEvent['type'][];

/**
 * Streams of an API server over our own connection. client-node's Watch and Log are not used: Watch calls back for each
 * line whether the consumer is ready or not, drops lines that it cannot parse, and ends a watch of 30 silent seconds;
 * Log pipes, so a connection that breaks never ends the stream. Both lose the message of a refusal.
 */
export function openClusterStream(connection: Connection): OpenClusterStream {
  // The limit of the pool is for requests: each stream would take a place for hours.
  connection.agent.maxSockets = Infinity;
  return {
    watch: (collection, options, signal) =>
      untilAborted(watchEvents(connection, { ...collection, options }, signal), signal),
    followLog: (container, options, signal) =>
      untilAborted(logBytes(connection, { ...container, options }, signal), signal),
    close: () => {
      connection.agent.destroy();
      return Promise.resolve();
    },
  };
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  try {
    if (!signal.aborted) yield* items;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function* watchEvents(
  connection: Connection,
  { kind, namespace, options }: WatchedKind & { readonly options: WatchOptions },
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void, undefined> {
  const path = collectionPath(kind, namespace);
  const doing = `watching ${path} of ${connection.server}`;
  const { labelSelector = '', fieldSelector = '', resourceVersion = '' } = options;
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(watchSeconds),
    ...(labelSelector === '' ? {} : { labelSelector }),
    ...(fieldSelector === '' ? {} : { fieldSelector }),
    ...(resourceVersion === '' ? {} : { resourceVersion }),
  };
  const request = { path, query, accept: 'application/json', silence: watchSilence };
  const body = await openBody(connection, { request, doing }, signal);
  options.onOpen?.();
  for await (const line of withErrors(linesOf(body, longestEvent), connection, doing)) {
    yield parseEvent(line, doing, connection);
  }
}

async function* logBytes(
  connection: Connection,
  { pod, container, options }: LoggedContainer & { readonly options: LogOptions },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const path = `${objectPath({ kind: knownKinds.pods, ...pod })}/log`;
  const doing = `reading the log of ${path} of ${connection.server}`;
  const given = Object.entries(options).map(([name, value]) => [name, String(value)] as const);
  const query = { container, ...Object.fromEntries(given) };
  const request = { path, query, accept: '*/*', silence: logSilence };
  yield* withErrors(await openBody(connection, { request, doing }, signal), connection, doing);
}

interface Asked {
  readonly request: StreamRequest;
  readonly doing: string;
}

/** Opens the body of an answer. A 401 is tried once more with fresh credentials. */
async function openBody(connection: Connection, asked: Asked, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
  const { request, doing } = asked;
  const { credentials } = connection;
  const sentAt = Date.now();
  const first = await ask(connection, asked, signal);
  const isStale = first.status === 401 && credentials.forget(sentAt);
  if (isStale) await readRefusal(first);
  const answer = isStale ? await ask(connection, asked, signal) : first;
  connection.log.debug(`GET ${request.path} ${String(answer.status)} as a stream`);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const whole = { ...answer, body: await readRefusal(answer) };
  if (answer.status < 400) throw redirectError(whole, doing);
  throw statusError({ answer: whole, body: parseJson(whole.body.toString('utf8')), doing }, connection.log.redactor);
}

async function ask(connection: Connection, { request, doing }: Asked, signal: AbortSignal): Promise<HttpStream> {
  const { url: server, agent, credentials } = connection;
  const { path, query, accept, silence } = request;
  const url = new URL(server);
  url.pathname = server.pathname.replace(/\/$/, '') + path;
  url.search = new URLSearchParams(query).toString();
  const headers = { ...(await credentials.headers()), accept, 'user-agent': 'crane-tasks' };
  const signals = connection.signal === undefined ? signal : AbortSignal.any([connection.signal, signal]);
  try {
    return await openExchange(
      { method: 'GET', url, headers, mostBytes: Infinity },
      { agent, signal: signals, silence },
    );
  } catch (error) {
    throw errorOf(error, connection, doing);
  }
}

/** The beginning of the body of a refusal. */
async function readRefusal({ body }: HttpStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= longestRefusal) break;
  }
  return Buffer.concat(chunks);
}

async function* withErrors<T>(
  items: AsyncIterable<T>,
  connection: Connection,
  doing: string,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* items;
  } catch (error) {
    throw errorOf(error, connection, doing);
  }
}

function errorOf(error: unknown, { signal, server }: Connection, doing: string): unknown {
  if (error instanceof BrokenExchange) return brokenError(error, doing);
  if (signal?.aborted !== true) return error;
  return new TaskError('interrupted', `talking to ${server}: stopped by a signal`, {
    remedy: 'Run again to resume.',
    cause: error,
  });
}

/** @throws ClusterStatusError for an ERROR event, TaskError `unreachable` for any other line */
function parseEvent(line: string, doing: string, { log: { redactor } }: Connection): WatchEvent {
  const value = parseJson(line);
  const object = valueAt(value, 'object');
  const type = valueAt(value, 'type');
  if (type === 'ERROR' && isObject(object)) throw eventError(object, doing, (text) => redactor.excerpt(text, 1000));
  if (!isObject(object) || !isEventType(type)) {
    const message = `${doing}: expected the JSON of an event, got ${String(line.length)} other characters`;
    throw new TaskError('unreachable', message, {
      remedy: 'Check that no proxy before the API server changes its answers.',
    });
  }
  return { type, object };
}

function isEventType(type: unknown): type is WatchEvent['type'] {
  return eventTypes.includes(type);
}

function eventError(status: JsonObject, doing: string, clean: (text: string) => string): ClusterStatusError {
  const code = status['code'];
  return new ClusterStatusError(doing, {
    status: typeof code === 'number' ? code : 500,
    reason: clean(stringAt(status, 'reason') ?? ''),
    message: clean(stringAt(status, 'message') ?? ''),
  });
}

function parseJson(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}
