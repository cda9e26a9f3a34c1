import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

const redactor = new Redactor();

let server: ScriptedRegistry;

beforeEach(async () => {
  server = new ScriptedRegistry();
  await server.start();
});

afterEach(async () => {
  await server.stop();
});

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('a refusal', () => {
  it('with 429 is waited for as long as it says, and asked again', async () => {
    let count = 0;
    server.handler = (request, response) => {
      if (request.url !== '/v2/') count += 1;
      if (count === 1) answer(response, 429, { 'retry-after': '7' });
      else answer(response, 200, { 'docker-content-digest': digestOf('x') });
    };
    await server.client().head('shop/web', '1');
    expect(server.pauses).toHaveLength(1);
    expect(server.pauses[0]).toBeGreaterThanOrEqual(7000);
  });

  it('is not asked without a break by a Retry-After of 0 that comes again and again', async () => {
    let count = 0;
    server.handler = (request, response) => {
      if (request.url !== '/v2/') count += 1;
      if (request.url !== '/v2/' && count < 6) answer(response, 429, { 'retry-after': '0' });
      else answer(response, 200, { 'docker-content-digest': digestOf('x') });
    };
    await server.client().head('shop/web', '1');
    expect(server.pauses.length).toBeGreaterThanOrEqual(5);
    expect(Math.min(...server.pauses)).toBeGreaterThanOrEqual(250);
  });

  it.each([
    [403, 'denied'],
    [400, 'refused'],
  ])('with %d is final', async (status, kind) => {
    server.handler = (request, response) => {
      answer(response, request.url === '/v2/' ? 200 : status, { body: '{"errors":[{"code":"CODE","message":"why"}]}' });
    };
    await expect(server.client().read('shop/web', '1')).rejects.toMatchObject({ kind });
    await expect(server.client().read('shop/web', '1')).rejects.toThrow(`${String(status)} CODE: why`);
    expect(server.pauses).toEqual([]);
  });

  it('with a permanent 503 ends when the time for it is over', async () => {
    server.handler = (request, response) => {
      if (request.url === '/v2/') answer(response, 200);
      else answer(response, 503, { 'retry-after': '9999' });
    };
    await expect(server.client().read('shop/web', '1')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a login', () => {
  const basic = (password: string): string => `Basic ${Buffer.from(`crane:${password}`).toString('base64')}`;

  it('is sent as Basic where that is asked for, and read again when refused', async () => {
    let token = 'token-1';
    server.handler = (request, response) => {
      const good = request.headers.authorization === basic('token-2');
      answer(
        response,
        good ? 200 : 401,
        good ? { 'docker-content-digest': digestOf('x') } : { 'www-authenticate': 'Basic realm="r"' },
      );
    };
    const renewing = {
      token: () => Promise.resolve(redactor.secret(token)),
      renew: () => {
        token = 'token-2';
        return Promise.resolve();
      },
    };
    expect(await server.client(renewing).head('shop/web', digestOf('x'))).toMatchObject({ digest: digestOf('x') });
    expect(server.asked.map(({ authorization }) => authorization)).toEqual([
      undefined,
      basic('token-1'),
      basic('token-2'),
    ]);
  });

  it('that is refused again is retried once', async () => {
    server.handler = (_request, response) => {
      answer(response, 401, { 'www-authenticate': 'Basic realm="r"' });
    };
    await expect(server.client({}).head('shop/web', '1')).rejects.toMatchObject({ kind: 'unauthorized' });
    const methods = server.asked.map(({ method }) => method);
    expect(methods).toEqual(['GET', 'HEAD', 'HEAD', 'GET', 'GET']);
  });

  function withTokens(realm: string): void {
    server.handler = (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith(realm))
        answer(response, 200, { body: JSON.stringify({ token: `bearer for ${url}`, expires_in: 300 }) });
      else if (request.headers.authorization?.startsWith('Bearer ') === true)
        answer(response, 200, { 'docker-content-digest': digestOf('x') });
      else answer(response, 401, { 'www-authenticate': `Bearer realm="http://${server.host}${realm}",service="s"` });
    };
  }

  it('fetches one token for each repository', async () => {
    withTokens('/token');
    const one = server.client({});
    await Promise.all([one.head('shop/web', '1'), one.head('shop/web', '2'), one.head('shop/api', '1')]);
    const tokens = server.asked.filter(({ url }) => url.startsWith('/token'));
    expect(tokens.map(({ url }) => new URL(url, 'http://x').searchParams.get('scope')).sort()).toEqual([
      'repository:shop/api:pull',
      'repository:shop/web:pull',
    ]);
    expect(tokens.every(({ authorization }) => authorization === basic('token-1'))).toBe(true);
  });

  it("fetches one token for all repositories of OpenShift's registry", async () => {
    withTokens('/openshift/token');
    const one = server.client({});
    await Promise.all([one.head('shop/web', '1'), one.head('shop/api', '1')]);
    expect(server.asked.filter(({ url }) => url.startsWith('/openshift/token'))).toHaveLength(1);
  });

  it.each([
    [401, 'unauthorized'],
    [429, 'rate-limited'],
    [404, 'refused'],
  ])('says %s where the token endpoint answers so', async (status, kind) => {
    server.handler = (request, response) => {
      if (request.url?.startsWith('/token') === true) {
        answer(response, status);
        if (status === 429) withTokens('/token');
      } else answer(response, 401, { 'www-authenticate': `Bearer realm="http://${server.host}/token"` });
    };
    const slow = server.client({});
    if (status !== 429) await expect(slow.head('shop/web', '1')).rejects.toMatchObject({ kind });
    else {
      expect(await slow.head('shop/web', '1')).toBeDefined();
      expect(server.pauses.length).toBeGreaterThan(0);
    }
  });
});

describe('a connection', () => {
  it('without TLS is only made when verification is off', async () => {
    server.handler = (_request, response) => {
      answer(response, 200, { 'docker-content-digest': digestOf('x') });
    };
    await expect(server.client(undefined, true).head('shop/web', '1')).rejects.toMatchObject({ kind: 'tls-untrusted' });
    expect(server.asked).toEqual([]);
    expect(await server.client(undefined, false).head('shop/web', '1')).toBeDefined();
  });

  it('follows a redirect within the registry, a few times', async () => {
    server.handler = (request, response) => {
      const url = request.url ?? '';
      if (url === '/v2/' || url.endsWith('/end')) answer(response, 200, { 'content-type': imageType, body: 'body' });
      else if (url.includes('/loop')) answer(response, 302, { location: url });
      else answer(response, 307, { location: `${url}/end` });
    };
    expect((await server.client().read('shop/web', '1'))?.digest).toBe(digestOf('body'));
    await expect(server.client().read('shop/loop', '1')).rejects.toThrow('which is not followed');
  });

  it.each(['http://localhost/x', 'https://127.0.0.1/x', 'https://[::1]/x', 'http://other.example/x', 'https://'])(
    'does not follow a redirect to %s',
    async (location) => {
      server.handler = (request, response) => {
        if (request.url === '/v2/') answer(response, 200);
        else answer(response, 302, { location });
      };
      await expect(server.client().read('shop/web', '1')).rejects.toThrow('which is not followed');
    },
  );
});

describe('a challenge', () => {
  const basic = (token: string): string => `Basic ${Buffer.from(`crane:${token}`).toString('base64')}`;

  /** Open at the version endpoint; each repository has a challenge of its own. */
  function challenge(headerOf: (url: string) => string): void {
    server.handler = ({ url = '', headers: { authorization } }, response) => {
      if (url.startsWith('/token')) answer(response, 200, { body: '{"token":"","access_token":"bearer-token"}' });
      else if (url === '/v2/') answer(response, 200);
      else if (authorization === undefined) answer(response, 401, { 'www-authenticate': headerOf(url) });
      else answer(response, 200, { 'docker-content-digest': digestOf('x') });
    };
  }

  it('of a repository is answered once, and known for the next one', async () => {
    challenge(() => 'Basic realm="r"');
    const client = server.client({});
    await client.head('shop/web', digestOf('x'));
    await client.head('shop/api', digestOf('x'));
    const heads = server.asked.filter(({ method }) => method === 'HEAD');
    expect(heads.map(({ authorization }) => authorization)).toEqual([undefined, basic('token-1'), basic('token-1')]);
  });

  it('of another kind at another repository is answered too', async () => {
    server.handler = ({ url = '', headers: { authorization = '' } }, response) => {
      const scheme = url.includes('/shop/api/') ? 'Bearer' : 'Basic';
      const realm = scheme === 'Bearer' ? `http://${server.host}/token` : 'r';
      if (url.startsWith('/token')) answer(response, 200, { body: '{"token":"bearer-token"}' });
      else if (url === '/v2/') answer(response, 404);
      else if (authorization.startsWith(scheme)) answer(response, 200, { 'docker-content-digest': digestOf('x') });
      else answer(response, 401, { 'www-authenticate': `${scheme} realm="${realm}"` });
    };
    const client = server.client({});
    expect(await client.head('shop/web', '1')).toMatchObject({ digest: digestOf('x') });
    expect(await client.head('shop/api', '1')).toMatchObject({ digest: digestOf('x') });
    expect(await client.loginScheme()).toBe('basic');
  });

  it('that sends the login elsewhere is refused', async () => {
    challenge(() => 'Bearer realm="https://evil.example/token"');
    await expect(server.client({}).read('shop/web', '1')).rejects.toMatchObject({ kind: 'realm-refused' });
    expect(server.asked.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('that changes with each answer is not followed without end', async () => {
    let count = 0;
    server.handler = ({ url = '' }, response) => {
      count += 1;
      const realm = `http://${server.host}/token?${String(count)}`;
      if (url.startsWith('/token')) answer(response, 200, { body: '{"token":"bearer-token"}' });
      else answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    };
    await expect(server.client({}).read('shop/web', '1')).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(server.asked.length).toBeLessThan(12);
  });

  it.each([429, 503, 500])('is waited for after %i at the version endpoint', async (status) => {
    let versions = 0;
    server.handler = ({ url = '', headers: { authorization } }, response) => {
      if (url === '/v2/') versions += 1;
      if (url === '/v2/' && versions === 1) answer(response, status, { 'retry-after': '1' });
      else if (authorization === undefined) answer(response, 401, { 'www-authenticate': 'Basic realm="r"' });
      else answer(response, 200, { 'docker-content-digest': digestOf('x') });
    };
    expect(await server.client({}).head('shop/web', '1')).toMatchObject({ digest: digestOf('x') });
    expect(versions).toBe(2);
  });
});
