import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeFolder, readTree } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
const kubectl = programPath('kubectl');
const environment = { PATH: [dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter) };

beforeEach(async () => {
  folder = await makeFolder();
  await put('output/resources/shop/ConfigMap__v1_shop_a.yaml', manifest('ConfigMap', 'a'));
  await put('output/resources/shop/ServiceAccount__v1_shop_web.yaml', manifest('ServiceAccount', 'web'));
});

afterEach(() => folder.remove());

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function manifest(kind: string, name: string): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\n`;
}

function run(...args: readonly string[]) {
  return runTaskHere(['crane-kustomize-init', ...args], { cwd: folder.path, environment });
}

async function build(): Promise<string> {
  return (await execa(kubectl, ['kustomize', join(folder.path, 'kustomize')])).stdout;
}

const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: viewers
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: ServiceAccount
  name: web
  namespace: shop
- kind: ServiceAccount
  name: absent
  namespace: shop
- kind: ServiceAccount
  name: foreign
  namespace: other
`;

describe('crane-kustomize-init', () => {
  it('makes a kustomization that gives every manifest the settings', async () => {
    const args = [
      '--source-namespace=shop',
      '--namespace=store',
      '--name-prefix=a-',
      '--name-suffix=-b',
      '--labels=team:shop',
    ];
    const { exitCode, results } = await run(...args);
    expect([exitCode, results['resource-count']]).toEqual([0, '2']);
    const built = await build();
    expect(built.match(/namespace: store/g)).toHaveLength(2);
    expect(built.match(/team: shop/g)).toHaveLength(2);
    expect(built).toContain('name: a-web-b');
  });

  it('may be run again, with other settings and other manifests', async () => {
    await run('--namespace=store');
    const first = await readTree(join(folder.path, 'kustomize'));
    expect((await run('--namespace=store')).exitCode).toBe(0);
    expect(await readTree(join(folder.path, 'kustomize'))).toEqual(first);
    await put('kustomize/mine.txt', 'kept');
    await put('output/resources/shop/ConfigMap__v1_shop_b.yaml', manifest('ConfigMap', 'b'));
    await execa('rm', [join(folder.path, 'output/resources/shop/ConfigMap__v1_shop_a.yaml')]);
    expect((await run()).exitCode).toBe(0);
    expect(Object.keys(await readTree(join(folder.path, 'kustomize')))).toEqual([
      'ConfigMap__v1_shop_b.yaml',
      'ServiceAccount__v1_shop_web.yaml',
      'kustomization.yaml',
      'mine.txt',
    ]);
  });

  it('moves the accounts that a role binding names, and no foreign ones', async () => {
    await put('output/resources/shop/RoleBinding_viewers.yaml', binding);
    await run('--namespace=store');
    const built = await build();
    expect(built).toContain('  name: web\n  namespace: store\n');
    expect(built).toContain('  name: absent\n  namespace: store\n');
    expect(built).toContain('  name: foreign\n  namespace: other\n');
  });

  it('takes file names as they are, whatever characters they have', async () => {
    await put('output/resources/shop/Role__v1_system:x~%2F#?.yaml', manifest('ConfigMap', 'odd'));
    expect((await run()).results['resource-count']).toBe('3');
    expect(await build()).toContain('name: odd');
  });

  it('replaces a kustomization of another program with a warning, and keeps its files', async () => {
    await put('kustomize/kustomization.yaml', 'resources: [theirs.yaml]\n');
    await put('kustomize/theirs.yaml', manifest('ConfigMap', 'theirs'));
    expect((await run()).stderr).toMatch(/was not written by this task/);
    expect(await readTree(join(folder.path, 'kustomize'))).toHaveProperty(['theirs.yaml']);
  });

  it('asks for the source namespace when it cannot know it', async () => {
    await put('output/resources/other/ConfigMap__v1_other_a.yaml', manifest('ConfigMap', 'a'));
    expect((await run()).ending).toMatch(/it must be named: the folder has other, shop/);
    expect((await run('--source-namespace=none')).ending).toMatch(/"none" is not there/);
    expect((await run('--source-namespace=shop')).exitCode).toBe(0);
    expect((await run('--output-dir=nothing')).ending).toMatch(/there are no manifests/);
  });

  it.each([
    '--namespace=$(id)',
    '--namespace=../x',
    '--name-prefix=a b',
    '--name-suffix=\n',
    '--labels=a',
    '--labels=a:$(id)',
    '--source-namespace=../../etc',
  ])('refuses %j and writes nothing', async (argument) => {
    expect((await run(argument)).results['status']).toBe('invalid-param');
    expect(Object.keys(await readTree(join(folder.path, 'kustomize')))).toEqual([]);
  });

  it("ends with kustomize's own words when the kustomization does not build", async () => {
    await put('output/resources/shop/ConfigMap__v1_shop_twice.yaml', manifest('ConfigMap', 'a'));
    const { exitCode, ending } = await run();
    expect(exitCode).toBe(2);
    expect(ending).toMatch(/may not add resource with an already registered id/);
  });

  it('fails for a file that it cannot read and includes the others', async () => {
    await put('output/resources/shop/broken.yaml', '{');
    const { exitCode, results } = await run();
    expect([exitCode, results['resource-count']]).toEqual([4, '2']);
  });

  it('refuses a file that kustomize would take for a kustomization', async () => {
    await put('output/resources/shop/kustomization.yaml', manifest('ConfigMap', 'x'));
    expect((await run()).ending).toMatch(/kustomize would take it/);
  });

  it('names the program when there is none', async () => {
    const { exitCode, results } = await runTaskHere(['crane-kustomize-init'], {
      cwd: folder.path,
      environment: { PATH: '/nonexistent' },
    });
    expect([exitCode, results['status']]).toEqual([3, 'program-missing']);
  });

  it('checks the digest of the manifests when it is given', async () => {
    await put('export/resources/shop/ConfigMap__v1_shop_a.yaml', manifest('ConfigMap', 'a'));
    const { results } = await runTaskHere(['crane-apply'], { cwd: folder.path });
    const told = `--index-digest=${results['index-digest'] ?? ''}`;
    expect((await run(told)).results['resource-count']).toBe('1');
    await put('output/resources/shop/stray.yaml', manifest('ConfigMap', 'stray'));
    expect((await run(told)).results['resource-count']).toBe('1');
    await put('output/resources/shop/ConfigMap__v1_shop_a.yaml', manifest('ConfigMap', 'other'));
    expect((await run(told)).results['status']).toBe('invalid-file');
    expect((await run()).exitCode).toBe(0);
    expect((await run('--index-digest=sha256:0')).ending).toMatch(/the digest of index.json is not/);
    await execa('rm', [join(folder.path, 'output/index.json')]);
    expect((await run(told)).ending).toMatch(/index.json is missing/);
    expect(await readFile(join(folder.path, 'kustomize/kustomization.yaml'), 'utf8')).toContain('stray.yaml');
  });
});

describe('names in resources of OpenShift', () => {
  const config = `apiVersion: apps.openshift.io/v1
kind: DeploymentConfig
metadata:
  name: admin
  namespace: shop
spec:
  template:
    spec:
      serviceAccountName: web
      containers:
      - name: main
        image: registry.test/main:1
        envFrom:
        - configMapRef:
            name: a
      volumes:
      - name: foreign
        secret:
          secretName: elsewhere
`;
  const route = `apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: web
  namespace: shop
spec:
  to:
    kind: Service
    name: web
`;

  beforeEach(async () => {
    await put('output/resources/shop/DeploymentConfig_admin.yaml', config);
    await put('output/resources/shop/Route_web.yaml', route);
    await put('output/resources/shop/Service_web.yaml', manifest('Service', 'web'));
  });

  it('are changed with what they name, and pod templates are labelled', async () => {
    expect((await run('--name-prefix=a-', '--name-suffix=-b', '--labels=team:shop')).exitCode).toBe(0);
    const built = await build();
    expect(built).toContain('serviceAccountName: a-web-b');
    expect(built).toMatch(/configMapRef:\s+name: a-a-b/);
    expect(built).toMatch(/to:\s+kind: Service\s+name: a-web-b/);
    expect(built).toMatch(/template:\s+metadata:\s+labels:\s+team: shop/);
    expect(built).toContain('secretName: elsewhere');
  });

  it('need no further file when nothing is renamed, and a file of an earlier run is deleted', async () => {
    await run('--name-prefix=a-');
    expect(await readTree(join(folder.path, 'kustomize'))).toHaveProperty(['kustomize-fields.yaml']);
    await run('--namespace=store');
    expect(await readTree(join(folder.path, 'kustomize'))).not.toHaveProperty(['kustomize-fields.yaml']);
  });
});
