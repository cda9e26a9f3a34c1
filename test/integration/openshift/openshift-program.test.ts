import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFolder } from '../../../testbed/clusters/control-plane.ts';
import { ensureCertificate, type KeyPair } from '../../../testbed/clusters/certificates.ts';
import { freePorts } from '../../../testbed/clusters/loopback.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { at, isObject, listAt, stringAt, type JsonObject } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace('app');
});

afterAll(async () => environment.stop());

async function get(requestPath: string): Promise<JsonObject> {
  const { body } = await environment.kube.send({ method: 'GET', path: requestPath });
  return isObject(body) ? body : {};
}

async function eventually(what: string, check: () => Promise<boolean>): Promise<void> {
  await waitFor({ what, seconds: 15, everyMs: 50, check: async () => ((await check()) ? undefined : 'not yet') });
}

describe('the API server', () => {
  async function askDirectly(
    headers: Record<string, string>,
    client?: KeyPair,
  ): Promise<{ status: number; body: unknown }> {
    const pair =
      client === undefined ? {} : { cert: await readFile(client.certFile), key: await readFile(client.keyFile) };
    const dispatcher = new Agent({ connect: { ca: await readFile(environment.caFile), ...pair } });
    const { address, port } = environment.config.api;
    const url = `https://${address}:${String(port)}/apis/image.openshift.io/v1/namespaces/openshift/imagestreams`;
    const answer = await request(url, { dispatcher, headers });
    const body: unknown = await answer.body.json();
    await dispatcher.close();
    return { status: answer.statusCode, body };
  }
  const forged = { 'x-remote-user': 'admin', 'x-remote-group': 'system:masters' };

  it('believes X-Remote headers only from the front proxy’s certificate', async () => {
    expect((await askDirectly(forged, environment.frontProxy)).status).toBe(200);
    expect((await askDirectly(forged)).status).toBe(401);
    expect((await askDirectly({}, environment.frontProxy)).status).toBe(401);
  });

  it('does not believe another name of the same authority, nor another authority', async () => {
    const folder = certificateFolder(path.join(environment.dir, 'kubernetes'));
    const of = (name: string): KeyPair => ({
      certFile: path.join(folder, `${name}.crt`),
      keyFile: path.join(folder, `${name}.key`),
    });
    const other = await ensureCertificate(folder, 'other-client', {
      authority: of('front-proxy-ca'),
      commonName: 'other-client',
    });
    expect((await askDirectly(forged, other)).status).toBe(401);
    expect((await askDirectly(forged, of('admin'))).status).toBe(401);
  });

  it('sends metadata only to clients that ask so, as the namespace controller does', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
    const body = { kind: 'ImageStream', metadata: { name: 'some' } };
    await environment.kube.send({
      method: 'POST',
      path: '/apis/image.openshift.io/v1/namespaces/openshift/imagestreams',
      body,
    });
    const answer = await askDirectly({ ...forged, accept }, environment.frontProxy);
    expect(stringAt(answer.body, 'kind')).toBe('PartialObjectMetadataList');
    expect(listAt(answer.body, 'items')).toMatchObject([{ kind: 'PartialObjectMetadata', metadata: { name: 'some' } }]);
    expect(at(listAt(answer.body, 'items')[0], 'spec')).toBeUndefined();
  });
});

describe('routes', () => {
  const routes = '/apis/route.openshift.io/v1/namespaces/app/routes';
  const route = (name: string, spec: object): object => ({
    apiVersion: 'route.openshift.io/v1',
    kind: 'Route',
    metadata: { name },
    spec,
  });

  it('without a host get NAME-NAMESPACE.DOMAIN and an annotation that says so', async () => {
    await environment.kube.send({
      method: 'POST',
      path: routes,
      body: route('web', { to: { kind: 'Service', name: 'web' } }),
    });
    await eventually(
      'the admission of route web',
      async () => listAt(await get(`${routes}/web`), 'status', 'ingress').length > 0,
    );
    expect(await get(`${routes}/web`)).toMatchObject({
      metadata: { annotations: { 'openshift.io/host.generated': 'true' } },
      spec: { host: 'web-app.apps.test.test', to: { weight: 100 }, wildcardPolicy: 'None' },
      status: {
        ingress: [
          { host: 'web-app.apps.test.test', routerName: 'default', conditions: [{ type: 'Admitted', status: 'True' }] },
        ],
      },
    });
  });

  it('with a host keep it', async () => {
    await environment.kube.send({
      method: 'POST',
      path: routes,
      body: route('own', { host: 'shop.example.org', to: { name: 'web' } }),
    });
    await eventually(
      'the admission of route own',
      async () => listAt(await get(`${routes}/own`), 'status', 'ingress').length > 0,
    );
    const own = await get(`${routes}/own`);
    expect([stringAt(own, 'spec', 'host'), at(own, 'metadata', 'annotations')]).toEqual([
      'shop.example.org',
      undefined,
    ]);
  });
});

describe('projects', () => {
  it('get builder and deployer, and the bindings that let builds push and pods pull', async () => {
    await eventually(
      'the defaults of project app',
      async () =>
        (await get('/apis/rbac.authorization.k8s.io/v1/namespaces/app/rolebindings/system:deployers'))['kind'] ===
        'RoleBinding',
    );
    const bindings = listAt(await get('/apis/rbac.authorization.k8s.io/v1/namespaces/app/rolebindings'), 'items').map(
      (item) => stringAt(item, 'metadata', 'name'),
    );
    expect(bindings).toEqual(
      expect.arrayContaining(['system:deployers', 'system:image-builders', 'system:image-pullers']),
    );
    expect(await get('/api/v1/namespaces/kube-system/serviceaccounts/builder')).toMatchObject({ code: 404 });
  });

  it('give every ServiceAccount a dockercfg pull secret with which its pods log in at the internal registry', async () => {
    const account = '/api/v1/namespaces/app/serviceaccounts/builder';
    await eventually(
      'the pull secret of builder',
      async () => listAt(await get(account), 'imagePullSecrets').length > 0,
    );
    const body = await get(account);
    const name = stringAt(listAt(body, 'imagePullSecrets')[0], 'name') ?? '';
    expect(name).toMatch(/^builder-dockercfg-[a-z0-9]{5}$/);
    expect(listAt(body, 'secrets')).toEqual([{ name }]);
    const secret = await get(`/api/v1/namespaces/app/secrets/${name}`);
    expect(secret).toMatchObject({
      type: 'kubernetes.io/dockercfg',
      metadata: { ownerReferences: [{ kind: 'ServiceAccount', name: 'builder' }] },
    });
    const config: unknown = JSON.parse(Buffer.from(stringAt(secret, 'data', '.dockercfg') ?? '', 'base64').toString());
    expect(Object.keys(isObject(config) ? config : {})).toEqual(
      expect.arrayContaining([environment.config.internalHost, expect.stringMatching(/^10\.96\.\d+\.\d+:5000$/)]),
    );
    const front = environment.front(stringAt(config, environment.config.internalHost, 'password') ?? '');
    await front.pushImage('app/by-builder', 'v1', 'built');
    await front.close();
  });

  it('leave the pull secrets that users gave an account', async () => {
    const accounts = '/api/v1/namespaces/app/serviceaccounts';
    const metadata = { name: 'partner', namespace: 'app' };
    const body = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      imagePullSecrets: [{ name: 'partner-registry' }],
    };
    await environment.kube.send({ method: 'POST', path: accounts, body });
    const secrets = async (): Promise<readonly (string | undefined)[]> =>
      listAt(await get(`${accounts}/partner`), 'imagePullSecrets').map((entry) => stringAt(entry, 'name'));
    await eventually('the pull secret of partner', async () =>
      (await secrets()).some((name) => name?.startsWith('partner-dockercfg-')),
    );
    expect(await secrets()).toContain('partner-registry');
  });

  it('replace a deleted pull secret', async () => {
    const account = '/api/v1/namespaces/app/serviceaccounts/deployer';
    const secretOf = async (): Promise<string | undefined> =>
      stringAt(await get(account), 'metadata', 'annotations', 'openshift.io/internal-registry-pull-secret-ref');
    await eventually('the pull secret of deployer', async () => (await secretOf()) !== undefined);
    const first = await secretOf();
    await environment.kube.send({ method: 'DELETE', path: `/api/v1/namespaces/app/secrets/${first ?? ''}` });
    await environment.kube.send({
      method: 'PATCH',
      path: account,
      body: { metadata: { labels: { touched: 'yes' } } },
      contentType: 'application/merge-patch+json',
    });
    await eventually('another pull secret', async () => (await secretOf()) !== first);
  });
});

describe('the program', () => {
  it('finds everything again after a restart', async () => {
    const front = environment.front(await environment.createToken('app', { app: 'system:image-builder' }));
    const image = await front.pushImage('app/kept', 'v1', 'kept');
    const before = await get('/apis/image.openshift.io/v1/namespaces/app/imagestreams/kept');
    await environment.restart();
    expect(await get('/apis/image.openshift.io/v1/namespaces/app/imagestreams/kept')).toEqual(before);
    expect((await front.send('GET', '/v2/app/kept/manifests/v1')).body).toEqual(image.body);
    await front.close();
    expect((await stat(environment.config.stateFile)).mode & 0o777).toBe(0o600);
  });

  it('runs by itself and saves its state when it is asked to end', async () => {
    const [apiPort = 0, frontPort = 0, routerPort = 0] = await freePorts(3);
    const { config } = environment;
    const stateFile = path.join(environment.dir, 'own-state.json');
    const registry = { ...config.registry, port: frontPort };
    const file = path.join(environment.dir, 'config.json');
    const router = { ...config.router, port: routerPort };
    const own = { ...config, stateFile, api: { ...config.api, port: apiPort }, registry, router };
    await writeFile(file, JSON.stringify(own));
    const child = execa(process.execPath, ['testbed/openshift/main.ts', '--config', file], { reject: false });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('serving')) resolve();
      });
    });
    child.kill('SIGTERM');
    expect((await child).exitCode).toBe(0);
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ imageStreams: [], images: [] });
  });

  it('names the member that a configuration lacks', async () => {
    const file = path.join(environment.dir, 'bad.json');
    await writeFile(file, '{"clusterName":"x"}');
    const result = await execa(process.execPath, ['testbed/openshift/main.ts', '--config', file], { reject: false });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`reading configuration ${file}: domain is missing`);
  });
});
