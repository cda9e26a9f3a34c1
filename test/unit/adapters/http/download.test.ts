import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createDownload } from '../../../../src/adapters/http/download.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { ensureAuthority, ensureCertificate, type KeyPair } from '../../../../testbed/clusters/certificates.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { startChartRepository, type ChartRepository } from '../../../fakes/chart-repository.ts';
import { startConnectProxy, type ConnectProxy } from '../../../fakes/connect-proxy.ts';

const login = 'Basic bWU6Y29ycmVjdC1ob3JzZQ==';
let folder: string;
let caBundle: string;
let tls: KeyPair;
let repository: ChartRepository;
let forbidding: ChartRepository;
let proxy: ConnectProxy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  const authority = await ensureAuthority(folder, 'ca');
  caBundle = await readFile(authority.certFile, 'utf8');
  const names = ['IP:127.0.0.1', 'DNS:charts.example', 'DNS:cdn.example'];
  tls = await ensureCertificate(folder, 'server', { commonName: 'charts.example', names, authority });
  await writeFile(join(folder, 'web.tgz'), 'archive');
  const redirects = { '/moved.tgz': 'https://cdn.example/web.tgz', '/own.tgz': '/web.tgz' };
  repository = await startChartRepository({ folder, tls, redirects });
  forbidding = await startChartRepository({ folder, tls, accepts: [], refusal: 403 });
  // It leads all names to the repository, so that redirects to names can be followed here.
  proxy = await startConnectProxy({ target: repository.host });
});
afterAll(async () => {
  await Promise.all([repository.stop(), forbidding.stop(), proxy.stop()]);
  await rm(folder, { recursive: true });
});

function download(url: string, withLogin: boolean) {
  const run = createDownload({
    caBundle,
    environment: url.includes('.example') ? { HTTPS_PROXY: proxy.url } : {},
    signal: new AbortController().signal,
    mostBytes: 1000,
    authorization: new Redactor().secret(login),
  });
  return run(new URL(url), withLogin);
}

async function askedFor(url: string, withLogin: boolean) {
  const before = repository.asked.length;
  expect(String(await download(url, withLogin))).toBe('archive');
  return repository.asked.slice(before).map((each) => [each.url, each.login]);
}

describe('a login', () => {
  it('is sent when it is asked for', async () => {
    expect(await askedFor('https://charts.example/web.tgz', true)).toEqual([['charts.example/web.tgz', login]]);
    expect(await askedFor('https://charts.example/web.tgz', false)).toEqual([['charts.example/web.tgz', undefined]]);
  });

  it('is not sent to another origin after a redirect', async () => {
    expect(await askedFor('https://charts.example/moved.tgz', true)).toEqual([
      ['charts.example/moved.tgz', login],
      ['cdn.example/web.tgz', undefined],
    ]);
    expect(await askedFor('https://charts.example/own.tgz', true)).toEqual([
      ['charts.example/own.tgz', login],
      ['charts.example/web.tgz', login],
    ]);
  });

  it('is not sent without TLS', async () => {
    const error = await thrownBy(() => download(`http://${repository.host}/web.tgz`, true));
    expect([error.code, error.message]).toEqual([
      'invalid-param',
      expect.stringContaining('a login is only sent over TLS'),
    ]);
  });
});

describe('a refusal', () => {
  it.each<[boolean, string, string]>([
    [true, login, 'Check the login in the workspace chart-auth'],
    [false, login, 'is not for this address'],
    [false, '', 'Bind a Secret with the login'],
  ])('of a request with the login %s, where there is %j, has a remedy', async (withLogin, authorization, remedy) => {
    const known = authorization === '' ? undefined : authorization;
    const url = `${forbidding.url}/web.tgz`;
    const options = { caBundle, environment: {}, signal: new AbortController().signal, mostBytes: 1000 };
    const secret = known === undefined ? undefined : new Redactor().secret(known);
    const run = createDownload({ ...options, authorization: secret });
    const error = await thrownBy(() => run(new URL(url), withLogin));
    expect([error.code, error.remedy]).toEqual(['forbidden', expect.stringContaining(remedy)]);
    expect(error.message + error.remedy).not.toContain('bWU6');
  });

  it('with 401 has another code', async () => {
    const refusing = await startChartRepository({ folder, tls, accepts: [] });
    const error = await thrownBy(() => download(`${refusing.url}/web.tgz`, true));
    expect([error.code, error.message]).toEqual(['unauthorized', expect.stringContaining('the server answered 401')]);
    await refusing.stop();
  });
});

it('a file that does not exist is an invalid param', async () => {
  expect((await thrownBy(() => download('https://charts.example/none.tgz', true))).code).toBe('invalid-param');
});
