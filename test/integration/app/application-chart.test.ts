import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { resourcesOf } from '../../../src/domain/helm/rendered-objects.ts';
import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { resolveKinds, kindKey } from '../../../src/usecases/cluster/resolve-kinds.ts';
import { collectionPath } from '../../../src/domain/kube/api-paths.ts';
import { startReleaseScene, type ReleaseScene } from './release-scene.ts';

const chart = path.resolve(import.meta.dirname, '../../../charts/application');
const digest = `sha256:${'1'.repeat(64)}`;

// What Epinio writes for an application, with text that looks like numbers.
const values = `
epinio:
  appName: sample
  imageURL: registry.test/sample@${digest}
  replicaCount: 2
  stageID: 0123456789abcdef
  username: admin
  routes: [{ id: a.example.com, domain: a.example.com, path: / }, { id: b.x, domain: b.example.com, path: /x, secret: tls }]
  env: [{ name: SWITCH, value: "on" }, { name: DAY, value: 20161216 }, { name: MODE, value: "0755" }]
  configurations: [db, mail]
  configpaths: [{ name: db, path: database }]
  start: 1700000000
userConfig: { appListeningPort: "9000" }
configurationsAsEnvironment: [mail]
`;

let scene: ReleaseScene;
beforeAll(async () => {
  scene = await startReleaseScene();
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await scene.create('/api/v1/namespaces', { metadata: { name: 'strict', labels } });
});
afterAll(async () => scene.stop());

const render = async (text: string) =>
  resourcesOf(
    await scene.ports.helm.template({ namespace: 'strict', name: 'sample', chart, values: [text] }),
    'strict',
    yamlCodec,
  );

describe('the chart of applications', () => {
  it('has no fault', async () => {
    expect(await scene.ports.helm.lint({ chart, values: [values] })).toEqual([]);
  });

  it('renders what the values of Epinio say', async () => {
    const objects = await render(values);
    expect(objects.map(({ kind }) => kind)).toEqual(['Service', 'Deployment', 'Ingress', 'Ingress']);
    const pod = valueAt(objects[1], 'spec', 'template');
    const container = valueAt(pod, 'spec', 'containers', 0);
    expect(container).toMatchObject({
      image: `registry.test/sample@${digest}`,
      ports: [{ containerPort: 9000 }],
      env: [
        { name: 'PORT', value: '9000' },
        { name: 'SWITCH', value: 'on' },
        { name: 'DAY', value: '20161216' },
        { name: 'MODE', value: '0755' },
      ],
      envFrom: [{ secretRef: { name: 'mail' } }],
      volumeMounts: [{ mountPath: '/configurations/database', readOnly: true }],
    });
    expect(arrayAt(pod, 'spec', 'volumes')).toHaveLength(1);
    expect(stringAt(pod, 'metadata', 'annotations', 'epinio.io/start')).toBe('1700000000');
    expect(arrayAt(objects[2], 'spec', 'tls')).toEqual([]);
    expect(arrayAt(objects[3], 'spec', 'tls')).toEqual([{ hosts: ['b.example.com'], secretName: 'tls' }]);
  });

  it.each([
    ['db.credentials', ['db.credentials']],
    ['db, db', ['db']],
  ])('mounts the configurations %s under names that volumes can have', async (names, secrets) => {
    const objects = await render(values.replace('[db, mail]', `[${names}]`));
    const pod = valueAt(objects[1], 'spec', 'template', 'spec');
    const volumes = arrayAt(pod, 'volumes');
    expect(volumes.map((volume) => stringAt(volume, 'secret', 'secretName'))).toEqual(secrets);
    const mounted = arrayAt(pod, 'containers', 0, 'volumeMounts').map((mount) => stringAt(mount, 'name'));
    expect(mounted).toEqual(volumes.map((volume) => stringAt(volume, 'name')));
    for (const name of mounted) expect(name).toMatch(/^[a-z0-9-]{1,63}$/);
  });

  it('has one Ingress for each route, with a name of its own', async () => {
    const routes = `routes:
    - { id: a.com, domain: a.com, path: / }
    - { id: a.com, domain: a.com }
    - { id: a.com.api.v1, domain: a.com, path: /api/v1 }
    - { id: a.com.api.v1, domain: a.com, path: /api.v1 }
    - { domain: a.com, path: /api/v1/ }`;
    const objects = await render(values.replace(/routes: .*/, routes));
    const ingresses = objects.filter(({ kind }) => kind === 'Ingress');
    const paths = ingresses.map((each) => stringAt(each, 'spec', 'rules', 0, 'http', 'paths', 0, 'path'));
    expect(paths).toEqual(['/', '/api/v1', '/api.v1']);
    expect(new Set(ingresses.map(({ metadata }) => metadata.name)).size).toBe(paths.length);
  });

  it('has the variable PORT once', async () => {
    const objects = await render(values.replace('name: SWITCH', 'name: PORT'));
    const variables = arrayAt(objects[1], 'spec', 'template', 'spec', 'containers', 0, 'env');
    expect(variables.filter((each) => stringAt(each, 'name') === 'PORT')).toEqual([{ name: 'PORT', value: 'on' }]);
  });

  it('asks cert-manager for certificates where an issuer is named', async () => {
    const objects = await render(values.replace('username: admin', 'tlsIssuer: epinio-ca'));
    const [certificate] = objects.filter(({ kind }) => kind === 'Certificate');
    const [ingress] = objects.filter(({ kind }) => kind === 'Ingress');
    expect(valueAt(certificate, 'spec')).toMatchObject({
      dnsNames: ['a.example.com'],
      issuerRef: { name: 'epinio-ca' },
    });
    expect(stringAt(certificate, 'spec', 'secretName')).toBe(stringAt(ingress, 'spec', 'tls', 0, 'secretName'));
  });

  it('renders objects that a cluster with restricted pods accepts', async () => {
    const objects = await render(values);
    const kinds = await resolveKinds(
      scene.cluster,
      objects.map(({ apiVersion }) => apiVersion),
    );
    for (const body of objects) {
      const kind = kinds.get(kindKey(body));
      if (kind === undefined) throw new Error(`${body.kind} is unknown`);
      const query = { dryRun: 'All', fieldValidation: 'Strict' };
      await scene.cluster.request({ method: 'POST', path: collectionPath(kind, 'strict'), query, body });
    }
    const pod = valueAt(objects[1], 'spec', 'template') as object;
    const body = { apiVersion: 'v1', kind: 'Pod', ...pod, metadata: { name: 'one' } };
    await scene.create('/api/v1/namespaces/strict/serviceaccounts', { metadata: { name: 'default' } });
    const path = '/api/v1/namespaces/strict/pods';
    expect(await scene.cluster.request({ method: 'POST', path, query: { dryRun: 'All' }, body })).toBeDefined();
  });

  it.each([
    ['an application with a name that is too long for a label', 'appName: sample', `appName: ${'a'.repeat(80)}`],
    ['an application with dots in its name', 'appName: sample', 'appName: a.b.c'],
    ['no routes', /routes: .*/, 'routes: []'],
    ['values that are null, as Epinio writes them', /configurations: .*/, 'configurations: null'],
  ])('works with %s', async (_, from, to) => {
    const request = scene.request(chart, {
      namespace: 'strict',
      name: 'odd',
      values: [values.replace(from, to)],
      dryRun: true,
    });
    expect(await installRelease(request, scene.ports)).toMatchObject({ outcome: 'checked' });
  });

  it.each([
    ['no image', /imageURL: .*/, 'imageURL: ""'],
    ['a negative number of instances', 'replicaCount: 2', 'replicaCount: -1'],
    ['a route without a domain', 'domain: a.example.com,', ''],
  ])('refuses %s', async (_, from, to) => {
    await expect(render(values.replace(from, to))).rejects.toMatchObject({ code: 'invalid-file' });
  });
});
