import { parseRetryAfter } from '../../domain/http/retry.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { nextPause, type BackoffLimits } from '../../domain/http/backoff.ts';
import { isTransient, SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import type { Log } from '../../domain/core/log.ts';
import type { Agents } from '../http/agents.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { exchangeOnce } from './exchange.ts';
import { followRedirects } from './redirects.ts';
import type { RegistryLogin } from './registry-login.ts';

export interface ConnectionOptions {
  /** `https://host[:port]`, or `http://` where TLS is not asked for. */
  readonly origin: URL;
  readonly agents: Agents;
  readonly login: RegistryLogin;
  readonly signal: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly log: Log;
}

export type RegistryRequest = Omit<HttpRequest, 'url' | 'mostBytes'> & {
  /** Path and query below the origin. */
  readonly target: string;
  readonly repository: string;
  readonly actions: 'pull' | 'pull,push';
  readonly mostBytes?: number;
  /** Another repository of the registry that the request reads from. */
  readonly from?: string;
  /** Gives an answer 500 back at once, where it has a meaning of its own. */
  readonly expects500?: boolean;
};

/** Manifests are at most 4 MiB by the distribution specification. */
const largestAnswer = 4 * 1024 * 1024;
const limits: BackoffLimits = { first: 250, longest: 15_000 };
/** How long one request may be tried again. */
const budget = 120_000;

/**
 * Sends a request with a login, and again while that can help: after a refused login once with a fresh one, after
 * transient refusals within a budget of time. Answers below 400 and 404 come back; all else throws.
 * @throws SyncFailure
 */
export async function send(request: RegistryRequest, options: ConnectionOptions): Promise<HttpResponse> {
  const startedAt = Date.now();
  let pause = 0;
  let renewed = false;
  for (;;) {
    const failure = await trySend(request, options);
    if ('status' in failure) return failure;
    if (failure.kind === 'unauthorized' && !renewed) {
      renewed = true;
      await options.login.renew();
      continue;
    }
    // Retry-After may say 0, and a registry that says so again and again must not be asked without a break.
    pause = nextPause(pause, limits, Math.random());
    const wait = Math.max(pause, failure.retryAfterMilliseconds ?? 0);
    const late = Date.now() + wait > startedAt + budget;
    if (!isTransient(failure.kind) || failure.kind === 'wrong-content' || late) throw failure;
    options.log.debug(`${failure.message}; again in ${String(wait)} ms`);
    await options.pause(wait);
  }
}

async function trySend(request: RegistryRequest, options: ConnectionOptions): Promise<HttpResponse | SyncFailure> {
  const { origin, agents, login, signal } = options;
  const { target, repository, actions, from, mostBytes = largestAnswer, expects500 = false, ...rest } = request;
  try {
    const authorization = await login.authorization({ repository, actions, from });
    const headers = { ...rest.headers, ...(authorization === undefined ? {} : { authorization }) };
    const first = { ...rest, headers, url: new URL(target, origin), mostBytes };
    const answer = await followRedirects(first, { agents, signal }, await exchangeOnce(first, { agents, signal }));
    const known = answer.status < 400 || answer.status === 404 || (expects500 && answer.status === 500);
    return known ? answer : failureOf(request, answer, options);
  } catch (error) {
    if (error instanceof SyncFailure) return error;
    throw error;
  }
}

/** The failure that an answer means. */
function failureOf(
  { method, target }: RegistryRequest,
  answer: HttpResponse,
  { origin, log }: ConnectionOptions,
): SyncFailure {
  const { status, headers, body } = answer;
  const message =
    `${method} ${origin.origin}${target}: ${String(status)} ${readErrorBody(body, log.redactor)}`.trimEnd();
  return new SyncFailure(kindOf(status), message, {
    retryAfterMilliseconds: parseRetryAfter(headers['retry-after'], Date.now()),
  });
}

function kindOf(status: number): FailureKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'denied';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limited';
  return status === 408 || (status >= 500 && status !== 501) ? 'unavailable' : 'refused';
}

const longestText = 300;

// {"errors":[{"code":"DENIED","message":"…"}]}, or whatever a proxy on the way wrote.
function readErrorBody(body: Uint8Array, redactor: Redactor): string {
  // Before strings are taken out of it: an escaped quote ends them early.
  const text = redactor.redact(new TextDecoder().decode(body));
  const found = [...text.matchAll(/"(?:code|message)"\s*:\s*"([^"]*)"/g)].map(([, value = '']) => value);
  return redactor.excerpt(found.length > 0 ? found.join(': ') : text.trim(), longestText);
}
