import { mayLeadTo } from '../../domain/http/redirect-target.ts';
import type { HttpRequest, HttpResponse } from './transport.ts';

/** Sends a request once. A foreign server is another one than that of the first request: it gets no credentials. */
export type SendOnce = (request: HttpRequest, isForeign: boolean) => Promise<HttpResponse>;

/** A redirect that is not followed; the message says where it leads, without the query. */
export class RedirectRefused extends Error {
  override readonly name = 'RedirectRefused';
}

const mostRedirects = 3;
const statuses: readonly number[] = [301, 302, 303, 307, 308];
const credentials: readonly string[] = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * Sends a request and follows the redirects of a read. Another origin gets no credentials, and must have TLS and a name.
 * A request that writes is not followed: its response is returned.
 * @throws RedirectRefused, and what `send` throws
 */
export async function followRedirects(first: HttpRequest, send: SendOnce): Promise<HttpResponse> {
  let current = first;
  let isForeign = false;
  let response = await send(first, isForeign);
  const isRead = first.method === 'GET' || first.method === 'HEAD';
  for (let count = 0; isRead && statuses.includes(response.status); count += 1) {
    const url = URL.parse(response.headers['location'] ?? '', current.url.href);
    if (url === null || count === mostRedirects || !mayLeadTo(url, first.url)) {
      throw new RedirectRefused(`redirected to ${url?.origin ?? 'nowhere'}, which is not followed`);
    }
    // Another server must not choose what is read here with credentials either.
    isForeign ||= url.origin !== first.url.origin;
    current = { ...first, url, headers: isForeign ? withoutCredentials(first.headers) : first.headers };
    response = await send(current, isForeign);
  }
  return response;
}

function withoutCredentials(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !credentials.includes(name.toLowerCase())));
}
