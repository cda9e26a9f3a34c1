import { isIP } from 'node:net';

import { SyncFailure } from '../../domain/oci/failure.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { exchangeOnce, type RegistryContext } from './exchange.ts';

const mostRedirects = 3;

/**
 * Follows the redirects of a read, as some public registries answer them. Another origin gets no login, must have TLS
 * and a name: a registry could otherwise have us ask services that only this computer reaches.
 * @throws SyncFailure `refused`
 */
export async function followRedirects(
  first: HttpRequest,
  context: RegistryContext,
  answer: HttpResponse,
): Promise<HttpResponse> {
  let current = first;
  let latest = answer;
  for (let count = 0; isRedirect(latest, current); count += 1) {
    const url = URL.parse(latest.headers['location'] ?? '', current.url.href);
    if (url === null || count === mostRedirects || !isAllowed(url, first.url)) {
      const to = url?.origin ?? 'nowhere';
      throw new SyncFailure(
        'refused',
        `${first.method} ${first.url.origin}${first.url.pathname}: redirected to ${to}, which is not followed`,
      );
    }
    current = {
      ...current,
      url,
      headers: url.origin === first.url.origin ? first.headers : withoutLogin(first.headers),
    };
    latest = await exchangeOnce(current, context);
  }
  return latest;
}

function isRedirect({ status }: HttpResponse, { method }: HttpRequest): boolean {
  return [301, 302, 303, 307, 308].includes(status) && (method === 'GET' || method === 'HEAD');
}

function isAllowed(url: URL, from: URL): boolean {
  if (url.origin === from.origin) return true;
  const named = isIP(url.hostname.replaceAll(/[[\]]/g, '')) === 0 && url.hostname.includes('.');
  return url.protocol === 'https:' && named;
}

function withoutLogin(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
}
