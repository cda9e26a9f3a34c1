import { getCACertificates } from 'node:tls';

import { messageOf, TaskError, type ErrorCode } from '../../domain/core/errors.ts';
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
}

/** Milliseconds without a byte after which a download is ended. */
const silence = 30_000;
const headers = { 'user-agent': 'crane-tasks', accept: '*/*' };

/**
 * Makes a function that reads a URL as a whole, without any login.
 * @returns throws TaskError `unreachable`, `tls-untrusted`, `invalid-param` for what the server does not have,
 *   `invalid-file` for more bytes than allowed
 */
export function createDownload({
  caBundle,
  environment,
  signal,
  mostBytes,
}: DownloadOptions): (url: URL) => Promise<Buffer> {
  const pool = caBundle === '' ? {} : { ca: [...getCACertificates('default'), caBundle] };
  const agents = createAgents(environment, pool);
  return async (url) => {
    const doing = `downloading ${url.origin}${url.pathname}`;
    let answer: HttpResponse;
    try {
      answer = await followRedirects({ method: 'GET', url, headers, mostBytes }, (request, isForeign) =>
        exchange(request, { agent: agents.for(request.url, isForeign), signal, silence }),
      );
    } catch (error) {
      if (error instanceof TaskError || signal.aborted) throw error;
      throw failure(codeOf(error), `${doing}: ${messageOf(error)}`, error);
    }
    if (answer.status === 200) return answer.body;
    const code = answer.status >= 500 ? 'unreachable' : 'invalid-param';
    throw failure(code, `${doing}: the server answered ${String(answer.status)}`);
  };
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof RedirectRefused) return 'invalid-param';
  const code = errnoOf(error);
  if (code === tooLong) return 'invalid-file';
  return classifyTlsError(code) === 'untrusted' ? 'tls-untrusted' : 'unreachable';
}

function failure(code: ErrorCode, message: string, cause?: unknown): TaskError {
  return new TaskError(code, message, {
    remedy: 'Check the address, the proxy and the authorities of the workspace ca-bundle, then run again.',
    cause,
  });
}
