import { describe, expect, it } from 'vitest';

import { followRedirects, RedirectRefused } from '../../../../src/adapters/http/redirects.ts';
import type { HttpRequest, HttpResponse } from '../../../../src/adapters/http/transport.ts';

const first: HttpRequest = {
  method: 'GET',
  url: new URL('https://registry.example/v2/'),
  headers: { Authorization: 'Bearer canary', cookie: 'canary', 'Proxy-Authorization': 'canary', accept: 'text/plain' },
  mostBytes: 100,
};

interface Sent {
  readonly request: HttpRequest;
  readonly isForeign: boolean;
}

/** Sends a request to servers that redirect to these places, one after the other. */
async function follow(request: HttpRequest, ...places: readonly string[]): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  await followRedirects(request, (one, isForeign): Promise<HttpResponse> => {
    sent.push({ request: one, isForeign });
    const location = places[sent.length - 1];
    const headers: Record<string, string> = location === undefined ? {} : { location };
    return Promise.resolve({ status: location === undefined ? 200 : 307, headers, body: Buffer.of() });
  });
  return sent;
}

describe('a redirect', () => {
  it('to another origin sends no credentials there', async () => {
    const [, second] = await follow(first, 'https://cdn.example/blob?signature=x');
    expect(second).toMatchObject({ isForeign: true, request: { headers: { accept: 'text/plain' } } });
    expect(JSON.stringify(second?.request.headers)).not.toContain('canary');
  });

  it.each(['https://registry.example:8443/x', 'https://sub.registry.example/x'])(
    'to %s, another port or a subdomain, sends no credentials there',
    async (place) => {
      const [, second] = await follow(first, place);
      expect([second?.isForeign, JSON.stringify(second?.request.headers)]).toEqual([true, '{"accept":"text/plain"}']);
    },
  );

  it('from another origin back to the first one sends no credentials either', async () => {
    const [, , third] = await follow(first, 'https://cdn.example/x', 'https://registry.example/chosen-by-cdn');
    expect([third?.isForeign, third?.request.headers]).toEqual([true, { accept: 'text/plain' }]);
  });

  it('within the origin keeps the credentials', async () => {
    const [, second] = await follow(first, '/v2/elsewhere');
    expect([second?.isForeign, second?.request.headers]).toEqual([false, first.headers]);
  });

  it.each([
    'http://registry.example/v2/',
    'http://cdn.example/',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://localhost/x',
    'https://',
  ])('to %s is refused', async (place) => {
    await expect(follow(first, place)).rejects.toThrow(RedirectRefused);
  });

  it('is refused after some of them', async () => {
    await expect(follow(first, '/1', '/2', '/3', '/4')).rejects.toThrow('which is not followed');
  });

  it('of a request that writes is not followed', async () => {
    expect(await follow({ ...first, method: 'PUT' }, '/elsewhere')).toHaveLength(1);
  });
});
