import { getCACertificates } from 'node:tls';

import { messageOf, TaskError, type ErrorCode } from '../../domain/core/errors.ts';
import type { Secret } from '../../domain/core/secret.ts';
import { addressRefused } from './guarded-lookup.ts';
import { createAgents } from './agents.ts';
import { followRedirects, RedirectRefused } from './redirects.ts';
import { classifyTlsError, exchange, tooLong, type HttpResponse } from './transport.ts';
import { errnoOf } from '../files/errno.ts';

export interface DownloadOptions {
  /** PEM text of authorities to trust besides the system's; empty for none. */
  readonly caBundle: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly mostBytes: number;
  /** Value of the header Authorization; undefined: there is no login. */
  readonly authorization: Secret | undefined;
}

/** Reads a URL as a whole. The login is sent only if that is asked for, over TLS, and not after a redirect elsewhere. */
export type Download = (url: URL, withLogin: boolean) => Promise<Buffer>;

/** Milliseconds without a byte after which a download is ended. */
const silence = 30_000;
const headers = { 'user-agent': 'crane-tasks', accept: '*/*' };

/**
 * Makes a function that reads URLs.
 * @returns throws TaskError `unreachable`, `tls-untrusted`, `unauthorized`, `forbidden`, `invalid-param` for what the
 *   server does not have and for a login without TLS, `invalid-file` for more bytes than allowed
 */
export function createDownload({ caBundle, environment, signal, mostBytes, authorization }: DownloadOptions): Download {
  const pool = caBundle === '' ? {} : { ca: [...getCACertificates('default'), caBundle] };
  const agents = createAgents(environment, pool);
  return async (url, withLogin) => {
    const doing = `downloading ${url.origin}${url.pathname}`;
    const login = withLogin ? authorization : undefined;
    if (login !== undefined && url.protocol !== 'https:') throw withoutTls(doing);
    const own = login === undefined ? headers : { ...headers, authorization: login.reveal() };
    let answer: HttpResponse;
    try {
      answer = await followRedirects({ method: 'GET', url, headers: own, mostBytes }, (request, isForeign) =>
        exchange(request, { agent: agents.for(request.url, isForeign, url.hostname), signal, silence }),
      );
    } catch (error) {
      if (error instanceof TaskError || signal.aborted) throw error;
      throw failure(codeOf(error), `${doing}: ${messageOf(error)}`, error);
    }
    if (answer.status === 200) return answer.body;
    if (answer.status === 401 || answer.status === 403)
      throw refused(answer.status, doing, { isSent: login !== undefined, isKnown: authorization !== undefined });
    const code = answer.status >= 500 ? 'unreachable' : 'invalid-param';
    throw failure(code, `${doing}: the server answered ${String(answer.status)}`);
  };
}

interface LoginUse {
  readonly isSent: boolean;
  readonly isKnown: boolean;
}

function refused(status: 401 | 403, doing: string, { isSent, isKnown }: LoginUse): TaskError {
  const code = status === 401 ? 'unauthorized' : 'forbidden';
  const how = isSent ? 'with the login' : 'without a login';
  const remedy = isSent
    ? 'Check the login in the workspace chart-auth, and its rights in the repository.'
    : isKnown
      ? 'The login of the workspace chart-auth is not for this address: put the address of the repository into its ' +
        'key url, or download the archive and name it as a file.'
      : 'Bind a Secret with the login of the repository to the workspace chart-auth.';
  return new TaskError(code, `${doing} ${how}: the server answered ${String(status)}`, { remedy });
}

function withoutTls(doing: string): TaskError {
  return new TaskError('invalid-param', `${doing}: a login is only sent over TLS`, {
    remedy: 'Give the address of the repository with https://, or leave the workspace chart-auth out.',
  });
}

function codeOf(error: unknown): ErrorCode {
  const code = errnoOf(error);
  if (error instanceof RedirectRefused || code === addressRefused) return 'invalid-param';
  if (code === tooLong) return 'invalid-file';
  return classifyTlsError(code) === 'untrusted' ? 'tls-untrusted' : 'unreachable';
}

function failure(code: ErrorCode, message: string, cause?: unknown): TaskError {
  return new TaskError(code, message, {
    remedy: 'Check the address, the proxy and the authorities of the workspace ca-bundle, then run again.',
    cause,
  });
}
