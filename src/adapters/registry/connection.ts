import { parseRetryAfter, type RetryPolicy } from '../../domain/http/retry.ts';
import { messageOf } from '../../domain/core/errors.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { isTransient, SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import { classifyRefusedWrite } from '../../domain/oci/refused-write.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import type { Agents } from '../http/agents.ts';
import { followRedirects, RedirectRefused } from '../http/redirects.ts';
import { retry, type Attempt, type RetryContext } from '../http/retry.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { exchangeOnce } from './exchange.ts';
import type { Actions, RegistryLogin } from './registry-login.ts';

export interface ConnectionOptions {
  /** False where the version endpoint answered as no registry does. */
  readonly speaksRegistry: boolean;
  /** `https://host[:port]`, or `http://` where TLS is not asked for. */
  readonly origin: URL;
  readonly agents: Agents;
  readonly login: RegistryLogin;
  readonly signal: AbortSignal;
  readonly pause: Sleep;
  readonly log: Log;
  /** See ExchangeContext. */
  readonly silence?: number | undefined;
}

export type RegistryRequest = Omit<HttpRequest, 'url' | 'mostBytes'> & {
  /** Path and query below the origin. */
  readonly target: string;
  readonly repository: string;
  readonly actions: Actions;
  readonly mostBytes?: number;
  /** Another repository of the registry that the request reads from. */
  readonly from?: string;
  /** Milliseconds for which the request is sent again after failures that can pass; 2 minutes without it. */
  readonly patience?: number;
  /**
   * Gives any answer back, because the caller asks in another way what it means. A login and pauses that the server asks
   * for come first all the same.
   */
  readonly anyAnswer?: boolean;
  /**
   * Whether the caller tries again itself: what the server already has of the body must not be sent twice. Only a server
   * that asks for a pause is asked again here: it has taken nothing.
   */
  readonly once?: boolean;
};

export type Ask = (request: Omit<RegistryRequest, 'actions'>) => Promise<HttpResponse>;

/** Manifests are at most 4 MiB by the distribution specification. */
const largestAnswer = 4 * 1024 * 1024;
const policy: RetryPolicy = { budget: 120_000, mostTries: Infinity, backoff: { first: 250, longest: 15_000 } };

const asksForPause: ReadonlySet<number> = new Set([429, 503]);
/** Challenges that one request answers: the second one can be that of a token server behind another login. */
const mostChallenges = 2;

/**
 * Sends a request with a login, and again while that can help: with the login that a response 401 asks for, then once with
 * a fresh one, after transient refusals within a budget of time. Answers below 400 and 404 come back; all else throws.
 * @throws SyncFailure
 */
export async function send(request: RegistryRequest, options: ConnectionOptions): Promise<HttpResponse> {
  const { login } = options;
  let renewed = false;
  let challenges = 0;
  return retryUnlessStopped(
    async () => {
      const answer = await sendOnce(request, options);
      const { status } = answer;
      if (status < 400 || status === 404) return answer;
      const isChallenge = status === 401 && challenges < mostChallenges;
      if (isChallenge && (await login.learn(request.repository, answer.headers['www-authenticate']))) {
        challenges += 1;
        return undefined;
      }
      if (status === 401 && !renewed) {
        renewed = true;
        await login.renew();
        return undefined;
      }
      if (request.anyAnswer === true && !asksForPause.has(status)) return answer;
      throw failureOf(request, answer, options);
    },
    { ...options, policy: { ...policy, budget: request.patience ?? policy.budget } },
    (kind) => request.once !== true || kind === 'rate-limited',
  );
}

/**
 * Tries again what fails for the moment.
 * @param attempt undefined: to be tried again at once
 * @param mayRepeat whether a failure of a kind may be tried again; any that is transient without it
 * @throws SyncFailure, also `interrupted` for a run that is stopped between two tries
 */
export function retryUnlessStopped<T>(
  attempt: () => Promise<T | undefined>,
  context: RetryContext & { readonly signal: AbortSignal },
  mayRepeat: (kind: FailureKind) => boolean = () => true,
): Promise<T> {
  return retry(() => tryOnce(attempt, mayRepeat), context).catch((error: unknown) => {
    if (!context.signal.aborted || error instanceof SyncFailure) throw error;
    throw new SyncFailure('interrupted', messageOf(error), { cause: error });
  });
}

/** What is wrong with the content does not change by asking again. */
const lasting: ReadonlySet<FailureKind> = new Set(['wrong-content', 'blob-missing']);

async function tryOnce<T>(
  attempt: () => Promise<T | undefined>,
  mayRepeat: (kind: FailureKind) => boolean,
): Promise<Attempt<T>> {
  try {
    const value = await attempt();
    if (value !== undefined) return { kind: 'done', value };
    return { kind: 'failed', error: new Error('the login was refused'), retry: 'at-once' };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const helps = isTransient(error.kind) && !lasting.has(error.kind) && mayRepeat(error.kind);
    const retryAfter = error.retryAfterMilliseconds;
    return { kind: 'failed', error, retry: helps ? 'later' : 'never', retryAfter };
  }
}

async function sendOnce(request: RegistryRequest, options: ConnectionOptions): Promise<HttpResponse> {
  const { origin, agents, login, signal, silence } = options;
  const { method, target, repository, actions, from, body, isStreamed, mostBytes = largestAnswer } = request;
  const authorization = await login.authorization({ repository, actions, from });
  const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
  try {
    const first = { method, url: new URL(target, origin), headers, body, mostBytes, isStreamed };
    return await followRedirects(first, (one, isForeign) =>
      exchangeOnce(one, { agents, origin, signal, silence }, isForeign),
    );
  } catch (error) {
    if (!(error instanceof RedirectRefused)) throw error;
    throw new SyncFailure('refused', `${method} ${new URL(target, origin).href.split('?')[0] ?? ''}: ${error.message}`);
  }
}

function failureOf(request: RegistryRequest, answer: HttpResponse, { origin, log }: ConnectionOptions): SyncFailure {
  const { status, headers, body } = answer;
  const doing = `${request.method} ${origin.origin}${request.target}`;
  const message = `${doing}: ${String(status)} ${readErrorBody(body, log.redactor)}`.trimEnd();
  const retryAfterMilliseconds = parseRetryAfter(headers['retry-after'], Date.now());
  const refused = isWrite(request) ? classifyRefusedWrite(status, message.slice(doing.length)) : undefined;
  const kind = lacksBlob(answer) ? 'blob-missing' : (refused ?? kindOf(status));
  return new SyncFailure(refusesDeletion(request, answer) ? 'delete-unsupported' : kind, message, {
    retryAfterMilliseconds,
  });
}

function isWrite({ method }: RegistryRequest): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** Whether a registry deletes no manifests at all: by status, or by the code of the specification ("Error codes"). */
function refusesDeletion({ method, target }: RegistryRequest, { status, body }: HttpResponse): boolean {
  if (method !== 'DELETE' || !target.includes('/manifests/')) return false;
  return status === 405 || /"code"\s*:\s*"UNSUPPORTED"/.test(body.toString('latin1'));
}

/** Whether a registry refuses a manifest because it does not have a blob of it (distribution specification, "Error codes"). */
export function lacksBlob({ body }: Pick<HttpResponse, 'body'>): boolean {
  return /"code"\s*:\s*"MANIFEST_BLOB_UNKNOWN"/.test(body.toString('latin1'));
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
  const message = found.length > 0 ? found.join(': ') : text.trim();
  return message.length > longestText ? `${message.slice(0, longestText)}…` : message;
}
