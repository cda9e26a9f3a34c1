import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

let server: ScriptedRegistry;
const digest = `sha256:${'a'.repeat(64)}`;

beforeEach(async () => {
  server = new ScriptedRegistry();
  await server.start();
});

afterEach(() => server.stop());

describe('a manifest', () => {
  it.each([
    [202, true],
    [404, false],
  ])('that the registry answers with %s was there: %s', async (status, was) => {
    server.handler = (request, response) => answer(response, request.url === '/v2/' ? 200 : status);
    expect(await server.client().delete('shop/web', digest)).toBe(was);
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', url: `/v2/shop/web/manifests/${digest}` });
  });

  it.each([
    [405, '', 'delete-unsupported'],
    [400, '{"errors":[{"code":"UNSUPPORTED"}]}', 'delete-unsupported'],
    [403, '', 'denied'],
    [400, '', 'refused'],
  ])('that the registry refuses with %s %s is %s', async (status, body, kind) => {
    server.handler = (request, response) => answer(response, request.url === '/v2/' ? 200 : status, { body });
    await expect(server.client().delete('shop/web', digest)).rejects.toMatchObject({ kind });
  });

  it.each([
    ['delete', 202, true],
    ['none', 401, 'unauthorized'],
    ['broken', 405, 'delete-unsupported'],
  ])('is deleted with a token for the action that the server grants: %s', async (granted, status, expected) => {
    server.handler = (request, response) => {
      const { url = '', headers } = request;
      if (url.startsWith('/token')) {
        const action = decodeURIComponent(url).includes('delete') ? 'delete' : 'star';
        answer(response, 200, { body: JSON.stringify({ token: action }) });
        return;
      }
      const realm = `Bearer realm="http://${server.host}/token"`;
      const isGranted = headers.authorization === 'Bearer delete' && granted !== 'none';
      answer(response, isGranted ? status : 401, { 'www-authenticate': realm });
    };
    const deletion = server.client().delete('shop/web', digest);
    if (expected === true) expect(await deletion).toBe(true);
    else await expect(deletion).rejects.toMatchObject({ kind: expected });
    expect(await server.client().loginScheme()).toBe('bearer');
  });
});
