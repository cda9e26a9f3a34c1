import type { Agent } from 'node:http';

import pLimit from 'p-limit';

import { RequestRate, RequestWindow, type Rate } from '../../domain/http/request-limits.ts';
import {
  isRequestError,
  isRetryable,
  parseRetryAfter,
  type FailedAttempt,
  type RetryPolicy,
} from '../../domain/http/retry.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { parseJsonExactly, stringifyExactly } from '../../domain/kube/exact-integers.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { hasMoreValues } from '../../domain/core/json-size.ts';
import type { Cluster, ClusterRequest } from '../../domain/kube/cluster.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Log } from '../../domain/core/ports.ts';
import { sleepUntil } from '../clock/sleep.ts';
import { retry, type Attempt } from '../http/retry.ts';
import { BrokenExchange, exchange, tooLong, type HttpResponse } from '../http/transport.ts';
import { brokenError, notJsonError, redirectError, statusError, tooLargeError } from './answer-errors.ts';
import type { Credentials } from './rotating-login.ts';

export interface Connection {
  readonly contextName: string;
  readonly server: string;
  readonly url: URL;
  readonly agent: Agent;
  readonly credentials: Credentials;
  readonly log: Log;
  readonly signal: AbortSignal | undefined;
  readonly limits: Limits;
}

/** What the user asks for; absent ones leave it to the client. */
export interface Limits {
  readonly rate: Rate | undefined;
  /** Milliseconds that one request may take. */
  readonly requestTimeout: number | undefined;
}

const policy: RetryPolicy = { budget: 120_000, mostTries: 6, backoff: { first: 150, longest: 5000 } };
/** The API server ends a request of its own after a minute: a connection that is silent for longer is dead. */
const silence = 75_000;
/** The first page of the largest objects, 50 of 1.5 MiB each, is below. */
const mostBytes = 128 * 1024 * 1024;
/** As many as 128 MiB of ordinary objects have; parsed, they take some 200 MiB. */
const mostValues = 4_000_000;
/** Fewer bytes cannot have too many values. */
const countedBytes = 4 * 1024 * 1024;

interface Asked {
  readonly answer: HttpResponse | BrokenExchange;
  /** When the credentials of the request were at hand. */
  readonly sentAt: number;
}

type Ask = (request: ClusterRequest) => Promise<Asked>;

/** A cluster over a connection: requests run side by side within a window that the server's refusals narrow. */
export function openCluster(connection: Connection): Cluster {
  const { contextName, server, agent, credentials, signal, log } = connection;
  const window = new RequestWindow();
  const { rate } = connection.limits;
  const pace = rate === undefined ? undefined : new RequestRate(rate, Date.now());
  const limit = pLimit(window.size);
  const pause = sleepUntil(signal, `talking to ${server}`);
  // Only the exchange holds a place in the window: who waits for a retry lets others pass.
  const ask: Ask = async (request) => {
    const wait = pace?.reserve(Date.now()) ?? 0;
    if (wait > 0) await pause(wait);
    const asked = await limit(() => exchangeOnce(connection, request));
    const { answer } = asked;
    if (answer instanceof BrokenExchange || answer.status !== 429) window.answered();
    else window.throttled();
    limit.concurrency = window.size;
    return asked;
  };
  return {
    redactor: log.redactor,
    contextName,
    server,
    request: (request) => retry(attemptsOf(request, connection, ask), { policy, pause, log }),
    token: () => credentials.token(),
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

async function exchangeOnce(connection: Connection, request: ClusterRequest): Promise<Asked> {
  const { url, agent, credentials, log } = connection;
  const { requestTimeout } = connection.limits;
  const expiry = requestTimeout === undefined ? undefined : AbortSignal.timeout(requestTimeout);
  const signals = [connection.signal, expiry].filter((each) => each !== undefined);
  const signal = signals.length === 2 ? AbortSignal.any(signals) : signals[0];
  const method = request.method ?? 'GET';
  const body = request.body === undefined ? undefined : stringifyExactly(request.body);
  const proof = await credentials.headers();
  const sentAt = Date.now();
  const headers = {
    ...proof,
    accept: request.accept ?? 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'crane-tasks',
    ...(body !== undefined && {
      'content-type': request.contentType ?? 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
  };
  try {
    const target = targetOf(url, request);
    const answer = await exchange({ url: target, method, headers, body, mostBytes }, { agent, signal, silence });
    const took = `${String(Date.now() - sentAt)} ms`;
    log.debug(`${method} ${target.pathname}${target.search} ${String(answer.status)} ${took}`);
    return { answer, sentAt };
  } catch (error) {
    if (error instanceof BrokenExchange) return { answer: error, sentAt };
    if (expiry?.aborted === true && connection.signal?.aborted !== true) throw tookTooLong(connection, request);
    throw interrupted(connection, error);
  }
}

function tookTooLong({ server, limits }: Connection, { method = 'GET', path }: ClusterRequest): TaskError {
  const limit = String((limits.requestTimeout ?? 0) / 1000);
  return new TaskError('timeout', `${method} ${path} of ${server}: no whole answer within ${limit} s`, {
    remedy: 'Look at the API server, or give it more time with request-timeout.',
  });
}

/**
 * A server address may have a path of its own, as behind Rancher. A name of dots would be taken for a step upwards
 * and reach another object than the one meant.
 */
function targetOf(server: URL, { path, query }: ClusterRequest): URL {
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) {
    throw new TaskError('invalid-param', `asking for ${path}: no object has a name of dots`, {
      remedy: 'Remove the object with this name from the input.',
    });
  }
  const target = new URL(server);
  target.pathname = server.pathname.replace(/\/$/, '') + path;
  target.search = new URLSearchParams(query).toString();
  return target;
}

/** The tries of one request. A 401 is tried once more with fresh credentials. */
function attemptsOf(request: ClusterRequest, connection: Connection, ask: Ask): () => Promise<Attempt<unknown>> {
  const { credentials, log, server } = connection;
  const idempotent = isIdempotent(request);
  const doing = `${request.method ?? 'GET'} ${request.path} of ${server}`;
  let renewed = false;
  return async () => {
    const { answer, sentAt } = await ask(request);
    const ending = judge(answer, doing, { asText: request.asText === true, redactor: log.redactor });
    if (ending.kind === 'done') return ending;
    const { failed, error, final } = ending;
    if (failed.status === 401 && !renewed && credentials.forget(sentAt)) {
      renewed = true;
      return { kind: 'failed', error, retry: 'at-once' };
    }
    const helps = !final && isRetryable(failed, idempotent);
    return { kind: 'failed', error, retry: helps ? 'later' : 'never', retryAfter: failed.retryAfter };
  };
}

type Ending =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failed: FailedAttempt; readonly error: TaskError; readonly final: boolean };

function judge(
  answer: HttpResponse | BrokenExchange,
  doing: string,
  { asText, redactor }: { asText: boolean; redactor: Redactor },
): Ending {
  if (answer instanceof BrokenExchange) {
    const error = brokenError(answer, doing);
    const failed = { status: 0, sent: answer.sent, retryAfter: undefined };
    return { kind: 'failed', failed, error, final: answer.code === tooLong || error.code === 'tls-untrusted' };
  }
  if (answer.status >= 300 && answer.status < 400) {
    const failed = { status: answer.status, sent: true, retryAfter: undefined };
    return { kind: 'failed', failed, error: redirectError(answer, doing), final: true };
  }
  if (asText && answer.status < 400) return { kind: 'done', value: answer.body.toString('utf8') };
  if (answer.body.length > countedBytes && hasMoreValues(answer.body, mostValues)) {
    const error = tooLargeError(doing, `the answer has more than ${String(mostValues)} values`);
    return { kind: 'failed', failed: { status: 0, sent: true, retryAfter: undefined }, error, final: true };
  }
  const value = parseJson(answer.body.toString('utf8'));
  const retryAfter = parseRetryAfter(answer.headers['retry-after'], Date.now());
  const failed: FailedAttempt = { status: answer.status, sent: true, retryAfter };
  if (answer.status >= 400) {
    const final = isRequestError(stringAt(value, 'message') ?? '');
    return { kind: 'failed', failed, error: statusError({ answer, body: value, doing }, redactor), final };
  }
  if (value !== undefined) return { kind: 'done', value };
  // JSON that does not parse was cut or garbled on its way; anything else comes from some other kind of server.
  const final = answer.body.length === 0 || !/\bjson\b/.test(answer.headers['content-type'] ?? '');
  return { kind: 'failed', failed: { ...failed, status: 0 }, error: notJsonError(answer, doing), final };
}

function parseJson(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}

/** PATCH in general adds up, a JSON patch for example; an apply or a merge patch states the final value. */
function isIdempotent({ method, contentType }: ClusterRequest): boolean {
  if (method === 'PATCH') return /apply-patch|merge-patch/.test(contentType ?? '');
  return method !== 'POST';
}

function interrupted({ server, signal }: Connection, error: unknown): unknown {
  if (signal?.aborted !== true) return error;
  return new TaskError('interrupted', `talking to ${server}: stopped by a signal`, {
    remedy: 'Run again to resume.',
    cause: error,
  });
}
