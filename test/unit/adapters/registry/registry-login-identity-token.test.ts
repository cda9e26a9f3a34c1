import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

import { connectRegistry } from '../../../../src/adapters/registry/connect-registry.ts';
import { joinLogins } from '../../../../src/adapters/registry/logins.ts';
import { createRegistry } from '../../../../src/adapters/registry/registry.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

const redactor = new Redactor();

const ignore = (): void => undefined;
const log = { redactor: new Redactor(), debug: ignore, info: ignore, warn: ignore, progress: ignore, item: ignore };

it('hands a refresh token to the token server in the body of a POST, and nowhere else', async () => {
  const server = new ScriptedRegistry();
  await server.start();
  const forms: string[] = [];
  server.handler = (request, response) => {
    if (request.url === '/token') {
      void text(request).then((form) => {
        forms.push(form);
        answer(response, 200, { body: JSON.stringify({ access_token: 'bearer-token' }) });
      });
    } else if (request.headers.authorization === 'Bearer bearer-token') answer(response, 404);
    else answer(response, 401, { 'www-authenticate': `Bearer realm="http://${server.host}/token",service="s"` });
  };
  try {
    const login = {
      username: 'crane',
      password: redactor.secret(''),
      identityToken: redactor.secret('refresh-canary'),
    };
    const { host } = server;
    const logins = joinLogins(new Map([[host, login]]), undefined);
    const signal = new AbortController().signal;
    const options = { host, verifyTls: false, caBundle: '', logins, environment: {}, log, signal };
    const connect = () => connectRegistry({ ...options, pause: () => Promise.resolve() });
    expect(await createRegistry({ host, access: 'pull', connect }).head('shop/web', '1')).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(forms[0]))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-canary',
      service: 's',
      scope: 'repository:shop/web:pull',
    });
    expect(JSON.stringify(server.asked)).not.toContain('refresh-canary');
  } finally {
    await server.stop();
  }
});
