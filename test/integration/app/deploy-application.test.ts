import { mkdirSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { epinioReleaseName } from '../../../src/domain/app/epinio.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { rulesOf } from '../../builders/role-scene.ts';
import type { Rule } from '../../builders/test-cluster.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { deployIn, epinioChart, image } from './deploy-scene.ts';
import { configMap, finishDeployment, startReleaseScene, type ReleaseScene } from './release-scene.ts';

const secretValue = 'never,printed=anywhere';
let scene: ReleaseScene;
let registry: Registry;
/** With an account that has the role of the Task in namespace default, and no other rights. */
let deployer: string;
beforeAll(async () => {
  scene = await startReleaseScene();
  registry = await startRegistry({ dir: path.join(scene.scratch, 'registry') });
  const rules = rulesOf('app-deploy', 'app-deploy') as unknown as readonly Rule[];
  deployer = await scene.writeKubeconfig('deployer', { token: await scene.makeAccount('default', 'deployer', rules) });
  for (const name of ['other', 'plain', 'own', 'epinio', 'values'])
    await scene.create('/api/v1/namespaces', { metadata: { name } });
});
afterAll(async () => {
  await registry.stop();
  await scene.stop();
});

const deploy = (namespace: string, ...args: readonly string[]) => deployIn(scene, namespace, args);

const deploymentOf = (namespace: string, name: string) =>
  scene.cluster.request({ path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}` });

async function hostsIn(namespace: string): Promise<readonly string[]> {
  const list = await scene.cluster.request({ path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses` });
  const rules = arrayAt(list, 'items').flatMap((ingress) => arrayAt(ingress, 'spec', 'rules'));
  return rules
    .map((rule) => `${stringAt(rule, 'host') ?? ''}${stringAt(rule, 'http', 'paths', 0, 'path') ?? ''}`)
    .sort();
}

describe('a deployment', () => {
  const common = ['--domain=apps.example.com', '--configurations=database:db,mail', '--environment-secret=more'];
  const environment = `--environment=${JSON.stringify(['MODE=test', `PASSWORD=${secretValue}`])}`;

  it('makes a release with a default route, and shows no value of a variable', async () => {
    const end = await deploy('default', `--image=${image('1')}`, ...common, environment, `--kubeconfig=${deployer}`);
    expect(end.stderr).toContain('release default/shop installed at revision 1');
    expect(end.stderr).toContain('routes are compared with namespace default only');
    expect([end.exitCode, end.result('urls'), end.result('release'), end.result('revision')]).toEqual([
      0,
      'http://shop.apps.example.com',
      'shop',
      '1',
    ]);
    expect(JSON.stringify(end)).not.toContain('never,printed');
    expect(end.report).toContain('"environment": "***"');
    const container = valueAt(await deploymentOf('default', 'shop'), 'spec', 'template', 'spec', 'containers', 0);
    expect(container).toMatchObject({
      image: image('1'),
      env: [{ name: 'PORT' }, { name: 'MODE', value: 'test' }, { name: 'PASSWORD', value: secretValue }],
      envFrom: [{ secretRef: { name: 'more' } }],
      volumeMounts: [{ mountPath: '/configurations/db' }, { mountPath: '/configurations/mail' }],
    });
    const releases = await scene.ports.helm.list('default');
    expect(releases).toMatchObject([{ name: 'shop', status: 'deployed', chart: 'application-1.0.0' }]);
  });

  it('changes nothing when it is repeated, also under another tag of the same image', async () => {
    const before = await deploymentOf('default', 'shop');
    const tagged = image('1').replace('@', ':latest@');
    const end = await deploy('default', `--image=${tagged}`, ...common, environment);
    expect(end.stderr).toContain('release default/shop unchanged at revision 1');
    expect(await deploymentOf('default', 'shop')).toEqual(before);
  });

  it('restarts the pods when the environment changes, and waits until they are ready', async () => {
    const before = await deploymentOf('default', 'shop');
    const args = [`--image=${image('1')}`, ...common, '--environment=MODE=other'];
    expect((await deploy('default', ...args)).result('revision')).toBe('2');
    const after = await deploymentOf('default', 'shop');
    expect(valueAt(after, 'metadata', 'generation')).not.toBe(valueAt(before, 'metadata', 'generation'));
    const waiting = await deploy('default', ...args, '--wait=true', '--stall-timeout=1');
    expect([waiting.exitCode, waiting.stderr]).toEqual([3, expect.stringContaining('shop')]);
    await finishDeployment(scene, 'shop');
    const ready = await deploy('default', ...args, '--wait=true', '--stall-timeout=60');
    expect([ready.exitCode, ready.result('revision')]).toEqual([0, '2']);
  });

  it('is refused before any change when a route belongs to another release', async () => {
    const end = await deploy('other', `--image=${image('2')}`, '--routes=shop.apps.example.com');
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain('shop.apps.example.com belongs to release default/shop');
    expect(await scene.ports.helm.list('other')).toEqual([]);
  });

  it('has the routes that are given, or none', async () => {
    const several = [
      '--routes=one.example.com,two.example.com/api',
      '--instances=3',
      '--settings=appListeningPort=9000',
    ];
    expect((await deploy('plain', `--image=${image('3')}`, ...several)).result('urls')).toBe(
      'http://one.example.com,http://two.example.com/api',
    );
    expect(await hostsIn('plain')).toEqual(['one.example.com/', 'two.example.com/api']);
    expect(await deploymentOf('plain', 'shop')).toMatchObject({ spec: { replicas: 3 } });
    const none = await deploy('plain', `--image=${image('3')}`, '--no-routes=true');
    expect([none.exitCode, none.result('urls')]).toEqual([0, '']);
    expect(await hostsIn('plain')).toEqual([]);
    expect(await deploy('plain', `--image=${image('3')}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('routes: missing') as string,
    });
  });

  it('is refused before any change when the address that the nodes pull from does not have the image', async () => {
    const pull = [`--pull-registry=${registry.host}`, '--registry-tls-verify=false'];
    const end = await deploy('other', `--image=${image('6')}`, '--app=absent', '--no-routes=true', ...pull);
    expect(end.exitCode).toBe(3);
    expect(end.stderr).toContain(`${registry.host}/apps/shop`);
    expect(end.stderr).toContain('the address does not have it');
    expect(await scene.ports.helm.list('other')).toEqual([]);
  });

  it('only checks in a dry run', async () => {
    const end = await deploy('other', `--image=${image('4')}`, '--routes=free.example.com', '--dry-run=true');
    expect(end.stderr).toContain('release other/shop checked');
    expect(await scene.ports.helm.list('other')).toEqual([]);
  });
});

describe('a chart of the user', () => {
  it('with the structure of Epinio gets the same values, from a folder of the workspace or any folder', async () => {
    const chart = await scene.writeChart('epinio-application', epinioChart);
    const args = [`--image=${image('5')}`, '--routes=own.example.com/x', '--instances=2', '--environment=A=1'];
    const more = ['--configurations=db', '--settings=appListeningPort=9000', '--pull-registry=127.0.0.1:30500'];
    const end = await deploy(
      'own',
      ...args,
      ...more,
      `--chart=${path.basename(chart)}`,
      `--charts-dir=${path.dirname(chart)}`,
    );
    expect([end.exitCode, end.result('urls')]).toEqual([0, 'http://own.example.com/x']);
    // Nothing answers there from here, as with a port of the nodes.
    expect(end.report).toContain('pull-address-unchecked');
    expect(valueAt(await deploymentOf('own', 'rshop'), 'spec', 'template')).toMatchObject({
      metadata: { labels: { 'epinio.io/stage-id': '5555555555555555' } },
      spec: {
        serviceAccountName: 'own',
        containers: [
          {
            image: image('5').replace('registry.test', '127.0.0.1:30500'),
            ports: [{ containerPort: 9000 }],
            env: [{ name: 'A', value: '1' }],
            volumeMounts: [{ mountPath: '/configurations/db' }],
          },
        ],
      },
    });
    const again = await deploy('own', ...args, ...more, `--chart=${chart}`);
    expect(again.stderr).toContain('unchanged at revision 1');
  });

  it('is pulled from a registry by its version', async () => {
    const chart = await scene.writeChart('pulled', epinioChart);
    const helm = (...args: readonly string[]) =>
      execa(programPath('helm'), args, { cwd: scene.scratch, env: { HOME: scene.scratch } });
    await helm('package', chart);
    await helm('push', '--plain-http', 'pulled-1.0.0.tgz', `oci://${registry.host}/charts`);
    const args = [`--image=${image('5')}`, '--app=pulled', '--no-routes=true', '--instances=1', '--environment=A=1'];
    const source = `--chart=oci://${registry.host}/charts/pulled:1.0.0`;
    const end = await deploy('own', ...args, source, '--registry-tls-verify=false', '--settings=appListeningPort=9000');
    expect(end.stderr).toContain('release own/pulled installed at revision 1');
    const releases = await scene.ports.helm.list('own');
    expect(releases.find(({ name }) => name === 'pulled')).toMatchObject({ chart: 'pulled-1.0.0' });
  });

  it.each([
    ['oci://registry.test/charts/application', 'expected a version'],
    ['https://charts.example.com/stable', 'expected oci://, or the URL of a .tgz archive'],
    ['../outside', 'it is outside the workspace charts'],
    ['missing', 'there is no file or folder'],
  ])('is refused: %s', async (source, message) => {
    const args = [`--image=${image('5')}`, '--no-routes=true', `--charts-dir=${scene.scratch}`];
    const end = await deploy('own', ...args, `--chart=${source}`);
    expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('an application of Epinio', () => {
  it('keeps the release that Epinio made', async () => {
    const release = epinioReleaseName('shop', (text) => hash('sha1', text));
    const chart = await scene.writeChart('epinio-application', epinioChart);
    await deploy(
      'epinio',
      `--app=${release}`,
      `--image=${image('6')}`,
      '--routes=e.example.com',
      '--instances=1',
      `--chart=${chart}`,
    );
    const end = await deploy('epinio', `--image=${image('7')}`, '--routes=e.example.com');
    expect([end.exitCode, end.result('release'), end.result('revision')]).toEqual([0, release, '2']);
    expect(await hostsIn('epinio')).toEqual(['e.example.com/']);
  });
});

describe('a values file', () => {
  it('gives what the params do not say', async () => {
    const file = path.join(scene.scratch, 'values.yaml');
    const epinio = `{ appName: former, imageURL: former, replicaCount: 4, routes: [{ domain: v.example.com }] }`;
    writeFileSync(file, `epinio: ${epinio}\nenvironmentSecret: more\n`);
    const end = await deploy('values', `--image=${image('8')}`, `--values=${file}`);
    expect([end.exitCode, end.result('urls')]).toEqual([0, 'http://v.example.com']);
    expect(await deploymentOf('values', 'shop')).toMatchObject({
      spec: { replicas: 4, template: { spec: { containers: [{ image: image('8'), envFrom: [{}] }] } } },
    });
  });
});

describe('app manifest', () => {
  const environment = () => ({ PATH: path.dirname(programPath('helm')), HOME: scene.scratch, TMPDIR: scene.scratch });
  const run = (name: string, ...args: readonly string[]) =>
    runInProcess(name, [...args, `--kubeconfig=${scene.server.kubeconfigPath}`], {
      cwd: scene.scratch,
      environment: environment(),
    });

  it('prints epinio.yml of a release, with variables only when asked to', async () => {
    const hidden = await run('app manifest', 'shop', '-n', 'default');
    expect(hidden.stdout).toContain(`container: ${image('1')}`);
    expect(hidden.stdout).toContain('- shop.apps.example.com');
    expect(hidden.stdout).not.toContain('MODE');
    expect(hidden.stderr).toContain('left out, see --show-values: 1 environment variable');
  });

  it('prints what app push deploys as the same release', async () => {
    const shown = await run('app manifest', 'shop', '-n', 'default', '--show-values=true');
    expect(shown.stdout).toContain('MODE: other');
    const folder = path.join(scene.scratch, 'pushed');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'epinio.yml'), shown.stdout);
    const end = await run('app push', 'pushed');
    expect([end.exitCode, end.stderr]).toEqual([
      0,
      expect.stringContaining('release default/shop unchanged at revision 2'),
    ]);
  });

  it('is refused for a release of another structure', async () => {
    const chart = await scene.writeChart('foreign', { 'templates/settings.yaml': configMap });
    await scene.ports.helm.upgrade({
      ...{ namespace: 'plain', name: 'foreign', chart, values: [] },
      ...{ historyLimit: 1, wait: false, timeoutSeconds: 60 },
    });
    expect(await run('app manifest', 'foreign', '-n', 'plain')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('its values have no epinio.appName') as string,
    });
  });
});
