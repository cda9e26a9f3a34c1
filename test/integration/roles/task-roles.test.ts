import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, valueAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import {
  effectsOf,
  expectExactly,
  makeAccount,
  rulesOf,
  writeTokenConfig,
  type Effects,
  type Grant,
} from '../../builders/role-scene.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { kindsToApply } from '../../fakes/kinds-to-apply.ts';
import { kubeconfigText, planText, runSync } from '../../fakes/sync-scene.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import type { ManifestBytes } from '../../../testbed/openshift/testing/registry-client.ts';

let environment: Environment;
let runs = 0;
let web: ManifestBytes;

const application = 'role-application';
const home = 'role-runs';
const routeGroup = 'route.openshift.io';

beforeAll(async () => {
  environment = await startEnvironment();
  for (const name of [application, home]) await environment.createNamespace(name);
  const builder = environment.front(
    await environment.createToken(application, { [application]: 'system:image-builder' }),
  );
  web = await builder.pushImage(`${application}/web`, '1', 'web');
  await builder.close();
  for (const tag of ['1', '2']) await environment.outside.pushImage('library/all', tag, tag);
});

afterAll(() => environment.stop());

/** A folder and a namespace that only one run uses. */
async function freshPlace(): Promise<{ folder: string; namespace: string }> {
  runs += 1;
  const folder = join(environment.dir, `run-${String(runs)}`);
  await mkdir(folder, { recursive: true });
  return { folder, namespace: `role-run-${String(runs)}` };
}

/** A kubeconfig of an account with these rights. */
async function configFor(folder: string, grants: readonly Grant[]): Promise<string> {
  return writeTokenConfig(environment, folder, {
    token: await makeAccount(environment, home, grants),
    namespace: home,
  });
}

describe('the role of each Task is enough, and each right in it is used', () => {
  it('crane-kubeconfig-generator, where the runs are', async () => {
    await putSecret('target', await makeAccount(environment, home, []));
    await expectExactly(rulesOf('crane-kubeconfig-generator', 'crane-kubeconfig-generator'), async (rules) => {
      const { exitCode } = await generate('target', [{ namespace: home, rules }]);
      return new Map([['secrets', exitCode === 0 ? 'read' : 'not read']]);
    });
  });

  it('crane-kubeconfig-generator, on the cluster of the Secret', async () => {
    const own = { namespace: home, rules: rulesOf('crane-kubeconfig-generator', 'crane-kubeconfig-generator') };
    await expectExactly(rulesOf('crane-kubeconfig-generator', 'crane-kubeconfig-generator-target'), async (rules) => {
      await putSecret('other', await makeAccount(environment, home, [{ namespace: '', rules }]));
      const { exitCode, uid } = await generate('other', [own]);
      expect(exitCode).toBe(0);
      return new Map([['namespaces', uid]]);
    });
  });

  it('crane-export, on the source', async () => {
    await expectExactly(rulesOf('crane-export', 'crane-export-source'), async (rules) => {
      const { folder } = await freshPlace();
      const kubeconfig = await configFor(folder, [{ namespace: application, rules }]);
      const source = ['--context=cluster', `--namespace=${application}`, '--secrets=skip'];
      await runTaskHere(['crane-export', `--kubeconfig=${kubeconfig}`, ...source], { cwd: folder });
      return effectsOf(join(folder, 'export/reports/crane-export.json'), application);
    });
  });

  it('oc-registry-info: one right where it has both addresses, and the next one where there is none', async () => {
    const rules = rulesOf('oc-registry-info', 'oc-registry-info');
    const ask = async (granted: readonly JsonObject[], ...given: readonly string[]): Promise<number | undefined> => {
      const { folder } = await freshPlace();
      const kubeconfig = await configFor(folder, [{ namespace: '', rules: granted }]);
      const args = [`--kubeconfig=${kubeconfig}`, '--context=cluster', '--strict=true', ...given];
      return (await runTaskHere(['oc-registry-info', ...args], { cwd: folder })).exitCode;
    };
    expect(await ask([])).not.toBe(0);
    expect(await ask(rules.slice(0, 1))).toBe(0);
    expect(await ask(rules.slice(1, 2))).toBe(0);
    expect(await ask(rules.slice(2, 3))).not.toBe(0);
    expect(await ask(rules.slice(2, 3), '--internal=registry.test')).toBe(0);
  });

  it('crane-skopeo-sync, on both sides', async () => {
    const [source, destination] = ['source', 'destination'].map((side) =>
      rulesOf('crane-skopeo-sync', `crane-skopeo-sync-${side}`),
    );
    await expectExactly(source ?? [], (rules) => copyImage(rules, destination ?? []));
    await expectExactly(destination ?? [], (rules) => copyImage(source ?? [], rules));
  });

  it('kubectl-apply-files, on the destination', async () => {
    await expectExactly(rulesOf('kubectl-apply-files', 'kubectl-apply-files-destination'), applyAll);
  });

  it('kubectl-apply-files, without the right to choose the host of a Route: that Route alone is forbidden', async () => {
    const rules = rulesOf('kubectl-apply-files', 'kubectl-apply-files-destination').filter(
      (rule) => !arrayAt(rule, 'resources').includes('routes/custom-host'),
    );
    const refused = [...(await applyAll(rules))].filter(([, effect]) => effect.includes('forbidden'));
    expect(refused.map(([resource]) => resource)).toEqual([`routes.${routeGroup}`, `routes/custom-host.${routeGroup}`]);
  });

  it('kubectl-apply-kustomize, on the destination: the rights of kubectl-apply-files', () => {
    const [files, kustomize] = ['kubectl-apply-files', 'kubectl-apply-kustomize'].map((task) =>
      rulesOf(task, `${task}-destination`),
    );
    expect(kustomize).toEqual(files);
  });

  it.each(['kubectl-apply-files', 'kubectl-apply-kustomize'])('%s, for the identity of the cluster', async (task) => {
    const uid = await environment.kubectl(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    const own = { namespace: application, rules: rulesOf(task, `${task}-destination`) };
    await expectExactly(rulesOf(task, `${task}-identity`), async (rules) => {
      const { folder } = await freshPlace();
      const kubeconfig = await configFor(folder, [own, { namespace: '', rules }]);
      await mkdir(join(folder, 'output'));
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: task, namespace: application } };
      await writeFile(join(folder, 'output/a.yaml'), JSON.stringify(object));
      if (task === 'kubectl-apply-kustomize')
        await writeFile(join(folder, 'output/kustomization.yaml'), 'resources: [a.yaml]\n');
      const args = [`--kubeconfig=${kubeconfig}`, '--context=cluster', `--cluster-uid=${uid}`];
      const place = task === 'kubectl-apply-files' ? '--output-dir=output' : '--kustomize-dir=output';
      const { results } = await runTaskHere([task, ...args, place], { cwd: folder });
      return new Map([['namespaces', results['status'] ?? '']]);
    });
  });
});

/** Copies an image to a namespace without streams, with rights on either side. */
async function copyImage(source: readonly JsonObject[], destination: readonly JsonObject[]): Promise<Effects> {
  const { folder, namespace } = await freshPlace();
  await environment.createNamespace(namespace);
  const tokens = {
    source: { token: await makeAccount(environment, home, [{ namespace: application, rules: source }]) },
    destination: { token: await makeAccount(environment, home, [{ namespace, rules: destination }]) },
  };
  await writeFile(join(folder, 'kubeconfig'), kubeconfigText(tokens));
  const entry = { source: `${application}/web`, destination: `${namespace}/web`, image: web, tags: ['1'] };
  await writeFile(join(folder, 'plan.json'), planText(environment.frontHost, environment.frontHost, [entry]));
  const contexts = [
    '--source-context=source',
    '--destination-context=destination',
    `--ca-bundle=${environment.caFile}`,
  ];
  const { results } = await runSync(folder, [`--kubeconfig=${join(folder, 'kubeconfig')}`, ...contexts]);
  const effect = `${results['status'] ?? ''} ${results['copied-count'] ?? ''}`;
  return new Map(['imagestreams', 'imagestreams/layers'].map((name) => [`${name}.image.openshift.io`, effect]));
}

/** Applies one object of each kind twice, the second time with a change, to a namespace where a warning is told. */
async function applyAll(rules: readonly JsonObject[]): Promise<Effects> {
  const { folder, namespace } = await freshPlace();
  await environment.createNamespace(namespace);
  await environment.kubectl(['create', '-n', namespace, '-f', '-'], JSON.stringify(warningIn(namespace)));
  const kubeconfig = await configFor(folder, [{ namespace, rules }]);
  const effects = new Map<string, string>();
  await mkdir(join(folder, 'output'));
  for (const round of ['1', '2']) {
    const image = `${environment.publicName}/library/all:${round}`;
    for (const [index, object] of kindsToApply(namespace, image).entries())
      await writeFile(join(folder, 'output', `${String(index)}.json`), JSON.stringify(object));
    const args = [`--kubeconfig=${kubeconfig}`, '--context=cluster', '--output-dir=output', '--wait-timeout=1'];
    await runTaskHere(['kubectl-apply-files', ...args], { cwd: folder });
    for (const [resource, effect] of await effectsOf(
      join(folder, 'output/reports/kubectl-apply-files.json'),
      namespace,
    ))
      effects.set(resource, `${effects.get(resource) ?? ''} ${effect}`);
  }
  // The API server asks for this right with the one to create the Route.
  effects.set(`routes/custom-host.${routeGroup}`, effects.get(`routes.${routeGroup}`) ?? '');
  // What the events say is in the message of the Deployment.
  return effects.set('events', effects.get('deployments.apps') ?? '');
}

function warningIn(namespace: string): object {
  const involvedObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'all', namespace };
  const metadata = { name: 'warning', namespace };
  return { apiVersion: 'v1', kind: 'Event', metadata, involvedObject, type: 'Warning', reason: 'Odd', message: 'odd' };
}

async function generate(secret: string, grants: readonly Grant[]): Promise<{ exitCode: number; uid: string }> {
  const { folder } = await freshPlace();
  const own = await configFor(folder, grants);
  const args = ['crane-kubeconfig-generator', `--cluster-secret=${secret}`, '--context-name=x', '--kubeconfig=made'];
  const { exitCode, results } = await runTaskHere(args, { cwd: folder, environment: { KUBECONFIG: own } });
  return { exitCode: exitCode ?? -1, uid: results['cluster-uid'] ?? '' };
}

/** Puts a Secret with the address of the cluster and a token into the namespace of the runs. */
async function putSecret(name: string, token: string): Promise<void> {
  const { folder } = await freshPlace();
  const file = await writeTokenConfig(environment, folder, { token, namespace: '' });
  const config: unknown = JSON.parse(await readFile(file, 'utf8'));
  const url = valueAt(config, 'clusters', 0, 'cluster', 'server');
  const stringData = { url, token, 'ca.crt': await readFile(environment.caFile, 'utf8') };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
  await environment.kubectl(['apply', '-n', home, '-f', '-'], JSON.stringify(secret));
}
