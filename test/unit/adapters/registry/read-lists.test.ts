import type { ServerResponse } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

let server: ScriptedRegistry;

beforeEach(async () => {
  server = new ScriptedRegistry();
  await server.start();
});

afterEach(() => server.stop());

const list = '/v2/shop/web/tags/list';
const indexType = 'application/vnd.oci.image.index.v1+json';
const subject = `sha256:${'0'.repeat(64)}`;

/** Answers by the query of a page; the version endpoint is open. */
function pages(decide: (query: string, response: ServerResponse) => void): void {
  server.handler = ({ url = '' }, response) => {
    if (url === '/v2/') answer(response, 200);
    else decide(url.split('?')[1] ?? '', response);
  };
}

function tags(...names: readonly string[]): string {
  return JSON.stringify({ name: 'shop/web', tags: names });
}

function referrers(...digits: readonly string[]): string {
  return JSON.stringify({ schemaVersion: 2, manifests: digits.map((digit) => ({ digest: digestOf(digit) })) });
}

function digestOf(digit: string): string {
  return `sha256:${digit.padStart(64, '0')}`;
}

describe('a list of tags', () => {
  it.each<[string, Parameters<typeof answer>[2]]>([
    ['has another case', { body: '{"Name":"shop/web","Tags":["v1"]}' }],
    ['comes as a web page', { 'content-type': 'text/html; charset=utf-8', body: tags('v1') }],
    ['has a tag twice', { body: tags('v1').replace('"v1"', '"v1","v1"') }],
  ])('is read when it %s', async (_what, fields) => {
    pages((_query, response) => {
      answer(response, 200, fields);
    });
    expect(await server.client().listTags('shop/web')).toEqual(['v1']);
  });

  it('that is a web page is none', async () => {
    pages((_query, response) => {
      answer(response, 200, { 'content-type': 'text/html', body: '' });
    });
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'not-a-registry' });
  });
});

describe('tags in pages', () => {
  it.each([
    ['another parameter before rel', (last: string) => `<${list}?last=${last}>; title="more"; rel=next`],
    ['several links', (last: string) => `</x.css>; rel=preload, <${list}?last=${last}>; rel="next", </>; rel=up`],
    ['a comma in quotes', (last: string) => `<${list}?last=${last}>; title="a, <b>"; rel="next"`],
    ['an absolute address', (last: string) => `<https://elsewhere.example${list}?last=${last}>; rel="next"`],
    ['an address relative to the page', (last: string) => `<list?last=${last}>; rel="next"`],
    ['nothing but a query', (last: string) => `<?last=${last}>; rel="next"`],
  ])('are all found behind a link with %s', async (_name, link) => {
    pages((query, response) => {
      if (query === 'last=v2') answer(response, 200, { body: tags('v3') });
      else if (query === 'last=v1') answer(response, 200, { link: link('v2'), body: tags('v2') });
      else answer(response, 200, { link: link('v1'), body: tags('v1') });
    });
    expect(await server.client().listTags('shop/web')).toEqual(['v1', 'v2', 'v3']);
  });

  it('are all found beyond page 1,000', async () => {
    pages((query, response) => {
      const page = Number(query.replace('page=', '') || '1');
      const link: Record<string, string> = page < 1100 ? { link: `<?page=${String(page + 1)}>; rel="next"` } : {};
      answer(response, 200, { ...link, body: tags(`v${String(page)}`) });
    });
    expect(await server.client().listTags('shop/web')).toHaveLength(1100);
  });

  it('may have pages that are empty', async () => {
    pages((query, response) => {
      if (query === '') answer(response, 200, { link: '<?page=2>; rel="next"', body: tags() });
      else answer(response, 200, { body: tags('v1') });
    });
    expect(await server.client().listTags('shop/web')).toEqual(['v1']);
  });

  it.each([
    ['the same link for ever', () => '<?page=2>; rel="next"'],
    ['a link to itself', (query: string) => `<?${query}>; rel="next"`],
    ['two links in turn', (query: string) => `<?page=${query === 'page=2' ? '3' : '2'}>; rel="next"`],
    ['ever new links to the same tags', (_query: string, count: number) => `<?page=${String(count)}>; rel="next"`],
  ])('are a failure when the registry sends %s', async (_name, link) => {
    let count = 0;
    pages((query, response) => {
      count += 1;
      answer(response, 200, { link: link(query, count), body: tags('v1') });
    });
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'wrong-content' });
    expect(server.asked.length).toBeLessThan(200);
  });

  it.each([
    ['null', '{"name":"shop/web","tags":null}'],
    ['an empty list', '{"name":"shop/web","tags":[]}'],
  ])('are none when the list is %s', async (_name, body) => {
    pages((_query, response) => answer(response, 200, { body }));
    expect(await server.client().listTags('shop/web')).toEqual([]);
  });

  it.each([
    ['no tags', '{"name":"shop/web"}'],
    ['an empty object', '{}'],
    ['a text', '{"tags":"v1"}'],
    ['an object', '{"tags":{"v1":{}}}'],
    ['an array', '["v1"]'],
    ['null', 'null'],
    ['an error', '{"errors":[{"code":"DENIED"}]}'],
    ['an entry that is no text', '{"tags":["v1",2]}'],
    ['no body', ''],
  ])('are a failure when a successful answer has %s', async (_name, body) => {
    pages((_query, response) => answer(response, 200, { body }));
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it('are a failure when the second page has none', async () => {
    pages((query, response) => {
      if (query === '') answer(response, 200, { link: '<?page=2>; rel="next"', body: tags('v1') });
      else answer(response, 200, { body: '{"errors":[]}' });
    });
    await expect(server.client().listTags('shop/web')).rejects.toMatchObject({ kind: 'wrong-content' });
  });
});

describe('referrers in pages', () => {
  it('are all found behind a link with another parameter before rel', async () => {
    pages((query, response) => {
      const link: Record<string, string> = query === '' ? { link: '<?page=2>; title="more"; rel=next' } : {};
      answer(response, 200, { 'content-type': indexType, ...link, body: referrers(query === '' ? '1' : '2') });
    });
    const found = await server.client().referrers('shop/web', subject);
    expect(found?.map(({ digest }) => digest)).toEqual([digestOf('1'), digestOf('2')]);
  });

  it('are all found beyond page 100', async () => {
    pages((query, response) => {
      const page = Number(query.replace('page=', '') || '1');
      const link: Record<string, string> = page < 150 ? { link: `<?page=${String(page + 1)}>; rel="next"` } : {};
      answer(response, 200, { 'content-type': indexType, ...link, body: referrers(String(page)) });
    });
    expect(await server.client().referrers('shop/web', subject)).toHaveLength(150);
  });

  it.each([
    ['the same link for ever', () => '<?page=2>; rel="next"', () => '1'],
    ['ever new links', (count: number) => `<?page=${String(count)}>; rel="next"`, () => '1'],
    ['ever new links to ever new referrers', (count: number) => `<?page=${String(count)}>; rel="next"`, String],
  ])('are a failure when the registry sends %s', async (_name, link, digit) => {
    let count = 0;
    pages((_query, response) => {
      count += 1;
      const many = Array.from({ length: 1000 }, (_, index) => `${digit(count)}${String(index).padStart(4, '0')}`);
      answer(response, 200, { 'content-type': indexType, link: link(count), body: referrers(...many) });
    });
    const asking = server.client().referrers('shop/web', subject);
    await expect(asking).rejects.toMatchObject({ code: 'registry-refused' });
  });

  it('are none when the list is null', async () => {
    const body = '{"schemaVersion":2,"manifests":null}';
    pages((_query, response) => answer(response, 200, { 'content-type': indexType, body }));
    expect(await server.client().referrers('shop/web', subject)).toEqual([]);
  });

  it.each(['{}', '{"manifests":{}}', '[]', ''])('are a failure when the list is %s', async (body) => {
    pages((_query, response) => answer(response, 200, { 'content-type': indexType, body }));
    await expect(server.client().referrers('shop/web', subject)).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it.each([404, 400, 405])('are a failure when the second page ends with %i', async (status) => {
    pages((query, response) => {
      if (query !== '') answer(response, status);
      else answer(response, 200, { 'content-type': indexType, link: '<?page=2>; rel=next', body: referrers('1') });
    });
    await expect(server.client().referrers('shop/web', subject)).rejects.toMatchObject({ code: 'registry-refused' });
  });
});

describe('a registry that fails to list referrers', () => {
  it('is waited for once, and asked without waiting after that', async () => {
    pages((_query, response) => {
      answer(response, 500);
    });
    const client = server.client();
    await expect(client.referrers('shop/web', subject)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.pauses.length).toBeGreaterThan(0);
    server.pauses.length = 0;
    for (const other of ['a', 'b', 'c'])
      await expect(client.referrers('shop/api', digestOf(other))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.pauses).toEqual([]);
  });
});

describe('an answer about referrers', () => {
  it.each(['application/json', 'text/plain', '', 'APPLICATION/VND.OCI.IMAGE.INDEX.V1+JSON; charset=utf-8'])(
    'is a list also with the type %j',
    async (type) => {
      pages((_query, response) => {
        answer(response, 200, { 'content-type': type, body: referrers('1') });
      });
      expect(await server.client().referrers('shop/web', subject)).toHaveLength(1);
    },
  );

  it.each([
    ['text/html', '<html>'],
    ['application/json', '{"error":"unknown"}'],
  ])('is none with %j %s', async (type, body) => {
    pages((_query, response) => {
      answer(response, 200, { 'content-type': type, body });
    });
    expect(await server.client().referrers('shop/web', subject)).toBeUndefined();
  });
});
