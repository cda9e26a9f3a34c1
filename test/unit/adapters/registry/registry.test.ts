import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

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

describe('a manifest', () => {
  it('is asked for with all media types, and its digest is taken from the header of HEAD', async () => {
    const digest = digestOf('{}');
    const accepted: (string | undefined)[] = [];
    server.handler = (request, response) => {
      if (request.url !== '/v2/') accepted.push(request.headers.accept);
      answer(response, 200, { 'docker-content-digest': digest, 'content-type': `${imageType}; charset=utf-8` });
    };
    expect(await server.client().head('shop/web', '1')).toEqual({ digest, mediaType: imageType });
    expect(accepted[0]).toContain('application/vnd.docker.distribution.manifest.list.v2+json');
  });

  it('is read and hashed when HEAD has no digest', async () => {
    server.handler = (_request, response) => {
      answer(response, 200, { 'content-type': imageType, body: 'body' });
    };
    expect(await server.client().head('shop/web', '1')).toMatchObject({ digest: digestOf('body') });
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
  });

  it.each([400, 403, 404, 405, 500, 502])('is read when HEAD answers %i, which means nothing', async (status) => {
    server.handler = (request, response) => {
      if (request.method === 'HEAD') answer(response, status);
      else answer(response, 200, { 'content-type': imageType, body: 'body' });
    };
    expect(await server.client().head('shop/web', '1')).toMatchObject({ digest: digestOf('body') });
    expect(server.pauses).toEqual([]);
  });

  it.each(['application/json', 'text/plain; charset=utf-8', ''])('has its own type beside %j', async (type) => {
    server.handler = (_request, response) => {
      answer(response, 200, { 'content-type': type, body: JSON.stringify({ mediaType: imageType }) });
    };
    expect((await server.client().read('shop/web', '1'))?.mediaType).toBe(imageType);
  });

  it('is hashed from its bytes when read, whatever the header claims', async () => {
    server.handler = (_request, response) => {
      answer(response, 200, { 'content-type': imageType, 'docker-content-digest': digestOf('other'), body: 'body' });
    };
    expect((await server.client().read('shop/web', '1'))?.digest).toBe(digestOf('body'));
    await expect(server.client().read('shop/web', digestOf('other'))).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it('is absent after 404, and after the 500 that OpenShift gives to a digest in a missing stream', async () => {
    server.handler = (request, response) => {
      answer(response, request.url === '/v2/' ? 200 : request.url?.includes('sha256:') === true ? 500 : 404);
    };
    expect(await server.client().head('shop/web', '1')).toBeUndefined();
    expect(await server.client().read('shop/web', '1')).toBeUndefined();
    expect(await server.client().head('shop/web', digestOf('x'))).toBeUndefined();
    expect(server.pauses).toEqual([]);
  });

  it('is put under a tag as it is', async () => {
    const bodies: string[] = [];
    server.handler = (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => {
        answer(response, request.method === 'PUT' ? 201 : 200);
      });
    };
    const manifest = { digest: digestOf('bytes'), mediaType: imageType, bytes: new TextEncoder().encode('bytes') };
    await server.client().tag('shop/web', '2', manifest);
    expect(bodies).toEqual(['bytes']);
    server.handler = (_request, response) => {
      answer(response, 404);
    };
    await expect(server.client().tag('shop/web', '2', manifest)).rejects.toMatchObject({ kind: 'repository-missing' });
  });
});

describe('a manifest whose blob the registry does not have', () => {
  it.each([400, 404])('is refused as such with %i, and asked for once', async (status) => {
    const body = '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}';
    server.handler = (request, response) => {
      answer(response, request.method === 'PUT' ? status : 200, { body });
    };
    const manifest = { digest: digestOf('bytes'), mediaType: imageType, bytes: new TextEncoder().encode('bytes') };
    await expect(server.client().tag('shop/web', '2', manifest)).rejects.toMatchObject({ kind: 'blob-missing' });
    expect(server.pauses).toEqual([]);
  });
});

describe('a blob', () => {
  const place = { digest: digestOf('blob'), path: 'shop/api' };

  it('is mounted from another repository', async () => {
    server.handler = (request, response) => {
      answer(response, request.method === 'POST' ? 201 : 200);
    };
    expect(await server.client().mount('shop/web', place)).toBe(true);
    const query = `mount=${encodeURIComponent(place.digest)}&from=shop%2Fapi`;
    expect(server.asked.at(-1)).toMatchObject({ method: 'POST', url: `/v2/shop/web/blobs/uploads/?${query}` });
  });

  it('whose bytes are asked for instead leaves no upload behind', async () => {
    server.handler = (request, response) => {
      const location = `http://${server.host}/v2/shop/web/blobs/uploads/id?_state=x`;
      answer(response, request.method === 'POST' ? 202 : 204, { location });
    };
    expect(await server.client().mount('shop/web', place)).toBe(false);
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', url: '/v2/shop/web/blobs/uploads/id?_state=x' });
  });

  it.each([{}, { location: '' }])(
    'whose bytes are asked for instead, with %j, has no upload to call off',
    async (headers) => {
      server.handler = (request, response) => {
        answer(response, request.method === 'POST' ? 202 : 200, headers);
      };
      expect(await server.client().mount('shop/web', place)).toBe(false);
      expect(server.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
    },
  );

  it('is asked for with the right to read the other repository', async () => {
    server.handler = (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/token')) answer(response, 200, { body: '{"token":"bearer-token"}' });
      else if (request.headers.authorization === 'Bearer bearer-token') answer(response, 201);
      else answer(response, 401, { 'www-authenticate': `Bearer realm="http://${server.host}/token"` });
    };
    expect(await server.client({}).mount('shop/web', place)).toBe(true);
    const token = server.asked.find(({ url }) => url.startsWith('/token'))?.url ?? '';
    expect(new URL(token, 'http://x').searchParams.getAll('scope')).toEqual([
      'repository:shop/web:pull',
      'repository:shop/api:pull',
    ]);
  });
});

describe('tags', () => {
  it('are read over all pages, whose addresses cannot lead elsewhere', async () => {
    server.handler = (request, response) => {
      const url = request.url ?? '';
      if (url === '/v2/') answer(response, 200);
      else if (url.includes('last=b')) answer(response, 200, { body: JSON.stringify({ tags: ['c'] }) });
      else {
        const link = '<https://evil.example/v2/shop/web/tags/list?last=b&n=2>; rel="next"';
        answer(response, 200, { link, body: JSON.stringify({ tags: ['b', 'a'] }) });
      }
    };
    expect(await server.client().listTags('shop/web')).toEqual(['a', 'b', 'c']);
  });

  it('of a repository that is not there are a failure', async () => {
    server.handler = (request, response) => {
      answer(response, request.url === '/v2/' ? 200 : 404);
    };
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('that are not JSON are a failure', async () => {
    server.handler = (_request, response) => {
      answer(response, 200, { body: 'tags' });
    };
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'wrong-content' });
  });
});

describe('a server that is not a registry', () => {
  const page = '<!doctype html><title>Log in</title>';
  const refused = { kind: 'not-a-registry', code: 'not-a-registry' };

  it.each([
    ['a web page for everything', { status: 200, type: 'text/html', body: page }],
    ['a web page without a type', { status: 200, type: '', body: `\n ${page}` }],
    ['XML, as an object storage', { status: 200, type: 'application/xml', body: '<?xml version="1.0"?>' }],
    ['404 with a web page', { status: 404, type: 'text/html', body: page }],
    ['404 with JSON that has no errors', { status: 404, type: 'application/json', body: '{"message":"gone"}' }],
    ['404 with no body', { status: 404, type: '', body: '' }],
  ])('is named as such when it answers %s', async (_name, { status, type, body }) => {
    server.handler = (_request, response) => {
      answer(response, status, { 'content-type': type, body });
    };
    await expect(server.client().head('shop/web', '1')).rejects.toMatchObject(refused);
    await expect(server.client().read('shop/web', '1')).rejects.toMatchObject(refused);
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject(refused);
    expect(await server.client().referrers('shop/web', digestOf('x'))).toBeUndefined();
  });

  it('holds no image by a web page, whatever its version endpoint answers', async () => {
    server.handler = (request, response) => {
      answer(response, 200, request.url === '/v2/' ? {} : { 'content-type': 'text/html', body: page });
    };
    await expect(server.client().head('shop/web', '1')).rejects.toMatchObject(refused);
  });

  it.each([
    ['an unknown version endpoint', (url: string) => (url === '/v2/' ? 404 : 200), '{"errors":[{"code":"X"}]}'],
    ['a web page for what is not there', (url: string) => (url === '/v2/' ? 200 : 404), page],
  ])('is not one that has %s', async (_name, statusOf, body) => {
    server.handler = ({ url = '' }, response) => {
      answer(response, statusOf(url), url === '/v2/' ? {} : { 'content-type': imageType, body });
    };
    const found = await server.client().read('shop/web', '1');
    expect(found === undefined).toBe(body === page);
  });

  it('is not one that asks for a login', async () => {
    server.handler = (request, response) => {
      const isVersion = request.url === '/v2/';
      answer(response, isVersion ? 401 : 404, { 'www-authenticate': 'Basic realm="r"', body: page });
    };
    expect(await server.client().read('shop/web', '1')).toBeUndefined();
  });
});
