import { isObject } from '../../domain/core/json-object.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { HttpResponse } from '../http/transport.ts';

/** Whether it is HTML or XML: registries answer in JSON, which some frameworks send as text/html. */
export function isWebPage({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): boolean {
  const first = firstOf(body);
  if (first === '<') return true;
  return (headers['content-type'] ?? '').toLowerCase().startsWith('text/html') && first !== '{';
}

interface Asked {
  readonly host: string;
  readonly method: string;
  readonly target: string;
}

/**
 * The answer, unless no registry answers so. Only for a server whose version endpoint is not that of a registry either:
 * one of both proves nothing, because proxies before registries have pages of their own. HEAD has no body to judge by.
 * @throws SyncFailure `not-a-registry`
 */
export function ofRegistry(answer: HttpResponse, { host, method, target }: Asked): HttpResponse {
  const isForeign = isWebPage(answer) || (answer.status === 404 && !hasErrors(answer.body));
  if (method !== 'GET' || !isForeign) return answer;
  const what = isWebPage(answer) ? 'a web page' : 'another answer than that of a registry';
  throw new SyncFailure('not-a-registry', `GET ${target} of ${host}: got ${String(answer.status)} and ${what}`);
}

/** @throws SyncFailure `not-a-registry` for a web page: two registries with the same page must not seem to hold one image */
export function assertNoWebPage(answer: HttpResponse, doing: string): void {
  if (isWebPage(answer)) throw new SyncFailure('not-a-registry', `${doing}: got a web page`);
}

function firstOf(body: Buffer): string {
  return body.toString('utf8', 0, 1024).trimStart().charAt(0);
}

/** The distribution specification, "Error Codes". */
function hasErrors(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) && Array.isArray(value['errors']);
  } catch {
    return false;
  }
}
