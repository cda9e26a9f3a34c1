import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { isResource } from '../../../src/domain/kube/resource.ts';
import {
  effectsOf,
  expectExactly,
  grantsByVerb,
  makeAccount,
  resourceOf,
  rightOf,
  rulesOf,
  withoutVerb,
  writeTokenConfig,
  type Effects,
  type Grant,
} from '../../builders/role-scene.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { startCuttingProxy } from '../../fakes/cutting-proxy.ts';
import { kindsToApply } from '../../fakes/kinds-to-apply.ts';
import { readKubeconfig } from '../../../testbed/openshift/kube/kubeconfig.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';

let environment: Environment;
let runs = 0;

const home = 'role-runs';

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace(home);
  await environment.outside.pushImage('library/all', '1', '1');
});

afterAll(() => environment.stop());

/** A namespace with objects of each kind that the rules are about, as kubectl-apply-files made them. */
async function applied(rules: readonly JsonObject[], copies = 1): Promise<{ folder: string; namespace: string }> {
  runs += 1;
  const folder = join(environment.dir, `run-${String(runs)}`);
  const namespace = `role-run-${String(runs)}`;
  await environment.createNamespace(namespace);
  await mkdir(join(folder, 'output'), { recursive: true });
  const granted = new Set([...grantsByVerb(rules).values()].flat());
  const image = `${environment.publicName}/library/all:1`;
  const names = Array.from({ length: copies }, (_, number) => (number === 0 ? 'all' : `all-${String(number)}`));
  const objects = names.flatMap((name) => kindsToApply(namespace, image, name));
  const wanted = objects.filter((object) => granted.has(resourceOf(typeOf(object))));
  for (const [index, object] of wanted.entries())
    await writeFile(join(folder, 'output', `${String(index)}.json`), JSON.stringify(object));
  await runTaskHere(['kubectl-apply-files', ...asAdministrator(), '--output-dir=output'], { cwd: folder });
  return { folder, namespace };
}

function asAdministrator(): readonly string[] {
  return [`--kubeconfig=${join(environment.dir, 'kubernetes/kubeconfig')}`, '--context=local'];
}

/** Plans a label more for each object than it has. */
async function planOtherwise(folder: string): Promise<void> {
  for (const name of (await readdir(join(folder, 'output'))).filter((each) => each.endsWith('.json'))) {
    const object: unknown = JSON.parse(await readFile(join(folder, 'output', name), 'utf8'));
    if (!isResource(object)) throw new Error(`${name} is no object`);
    const labels = { app: 'all', planned: 'later' };
    const metadata = { ...object.metadata, labels };
    await writeFile(join(folder, 'output', name), JSON.stringify({ ...object, metadata }));
  }
}

function typeOf(object: object): string {
  return ['apiVersion', 'kind']
    .map((key) => String(Object.entries(object).find(([name]) => name === key)?.[1]))
    .join(' ');
}

interface Place {
  readonly folder: string;
  /** Another address of the API server. */
  readonly server?: string;
}

/** Runs a task with these rights. */
async function runAs(grants: readonly Grant[], { folder, server = '' }: Place, args: readonly string[]): Promise<void> {
  const token = await makeAccount(environment, home, grants);
  const kubeconfig = await writeTokenConfig(environment, folder, { token, namespace: home, server });
  const [task = '', ...flags] = args;
  const context = task === 'crane-rollback' ? 'context' : 'destination-context';
  await runTaskHere([task, `--kubeconfig=${kubeconfig}`, `--${context}=cluster`, ...flags], { cwd: folder });
}

/** Runs a task with these rights, and tells what the API server answered to it. */
async function watchAs(grants: readonly Grant[], folder: string, args: readonly string[]): Promise<readonly string[]> {
  const { server } = await readKubeconfig(join(environment.dir, 'kubernetes/kubeconfig'));
  const ca = await readFile(environment.caFile, 'utf8');
  const proxy = await startCuttingProxy({ target: server, ca, cuts: () => false });
  try {
    await runAs(grants, { folder, server: proxy.url }, args);
    return proxy.answered;
  } finally {
    await proxy.stop();
  }
}

describe('the roles of what proves a move and takes it back', () => {
  it('crane-rollback: enough, and each right in it is used', async () => {
    const identity = { namespace: '', rules: rulesOf('crane-rollback', 'crane-rollback-identity') };
    await expectExactly(rulesOf('crane-rollback', 'crane-rollback'), async (rules) => {
      const { folder, namespace } = await applied(rulesOf('crane-rollback', 'crane-rollback'));
      // The stream was changed when its tag was applied.
      const changed = '--allow-changed=ImageStream.image.openshift.io/all';
      const place = [`--namespace=${namespace}`, '--applied-dir=output'];
      const flags = [...place, '--wait-timeout=1', '--include-kinds=PersistentVolumeClaim', changed];
      await runAs([identity, { namespace, rules }], { folder }, ['crane-rollback', ...flags]);
      return effectsOf(join(folder, 'rollback/reports/crane-rollback.json'), namespace);
    });
  });

  it('crane-verify, on the destination: enough, and each kind must be readable', async () => {
    const rules = rulesOf('crane-verify', 'crane-verify-destination');
    const identity = { namespace: '', rules: rulesOf('crane-verify', 'crane-verify-identity') };
    const { folder, namespace } = await applied(rules);
    const verify = async (granted: readonly JsonObject[]): Promise<Effects> => {
      await runAs([identity, { namespace, rules: granted }], { folder }, [
        'crane-verify',
        '--output-dir=output',
        '--ready-timeout=0',
      ]);
      return effectsOf(join(folder, 'verify/reports/crane-verify.json'), namespace);
    };
    const whole = await verify(rules);
    expect([...whole].filter(([, effect]) => /forbidden|unreadable|different|missing/.test(effect))).toEqual([]);
    const blind = await verify(withoutVerb(withoutVerb(rules, 'get'), 'list'));
    const needed = (grantsByVerb(rules).get('get') ?? []).filter((resource) => !resource.includes('/'));
    expect(needed.filter((resource) => !blind.get(resource)?.includes('unreadable'))).toEqual([]);
  });

  it('crane-verify, on the destination: asks for each right that the role has, and changes nothing', async () => {
    const rules = rulesOf('crane-verify', 'crane-verify-destination');
    const identity = { namespace: '', rules: rulesOf('crane-verify', 'crane-verify-identity') };
    const used = new Set<string>();
    // Few objects of a kind are read one by one, several by a list.
    for (const copies of [1, 3]) {
      const { folder, namespace } = await applied(rules, copies);
      await planOtherwise(folder);
      const args = ['crane-verify', '--output-dir=output', '--ready-timeout=0'];
      const answers = await watchAs([identity, { namespace, rules }], folder, args);
      expect(answers.filter((answer) => answer.startsWith('403'))).toEqual([]);
      const writes = answers.filter((answer) => !answer.includes(' GET '));
      expect(writes.length).toBeGreaterThan(10);
      expect(writes.filter((write) => !/^\d+ PATCH .*[?&]dryRun=All(?:&|$)/.test(write))).toEqual([]);
      for (const right of answers.map(rightOf)) if (right !== undefined) used.add(right);
    }
    const granted = [...grantsByVerb(rules)].flatMap(([verb, names]) => names.map((name) => `${verb} ${name}`));
    // The registry asks for the layers; pods are listed to see what their containers run.
    expect(granted.filter((right) => !used.has(right) && !right.includes('/'))).toEqual([]);
  });

  it('crane-verify, on the source: enough, and each right in it is used', async () => {
    const identity = { namespace: '', rules: rulesOf('crane-verify', 'crane-verify-identity') };
    const { folder, namespace } = await applied(rulesOf('crane-verify', 'crane-verify-source'));
    const exporting = ['crane-export', ...asAdministrator(), `--namespace=${namespace}`, '--secrets=include'];
    expect((await runTaskHere(exporting, { cwd: folder })).exitCode).toBe(0);
    await expectExactly(rulesOf('crane-verify', 'crane-verify-source'), async (rules) => {
      const flags = ['--source-context=cluster', '--export-dir=export'];
      await runAs([identity, { namespace, rules }], { folder }, ['crane-verify', ...flags]);
      return effectsOf(join(folder, 'verify/reports/crane-verify.json'), namespace);
    });
  });

  it('crane-image-sync: those of crane-skopeo-sync', () => {
    for (const side of ['source', 'destination'])
      expect(rulesOf('crane-image-sync', `crane-image-sync-${side}`)).toEqual(
        rulesOf('crane-skopeo-sync', `crane-skopeo-sync-${side}`),
      );
  });

  it('crane-validate: enough, and without one of its rights something is unknown', async () => {
    const [own, wide] = ['crane-validate', 'crane-validate-destination'].map((role) => rulesOf('crane-validate', role));
    const { folder, namespace } = await applied(own ?? []);
    /** What the task learned of the cluster with these rights. */
    const surface = async (grants: readonly (readonly JsonObject[])[]): Promise<unknown> => {
      const [inNamespace = [], inCluster = []] = grants;
      const rights = [
        { namespace, rules: inNamespace },
        { namespace: '', rules: inCluster },
      ];
      await runAs(rights, { folder }, [
        'crane-validate',
        `--destination-namespace=${namespace}`,
        '--manifests-dir=output',
      ]);
      return JSON.parse(await readFile(join(folder, 'validate/surface.json'), 'utf8'));
    };
    const whole = await surface([own ?? [], wide ?? []]);
    expect(whole).toMatchObject({ clusterUid: expect.stringMatching(/-/) as unknown, unread: [] });
    // This cluster serves no kinds of OpenShift.
    const isServed = (rule: JsonObject): boolean => !arrayAt(rule, 'apiGroups').includes('security.openshift.io');
    for (const rule of [...(own ?? []), ...(wide ?? [])].filter(isServed)) {
      for (const resource of arrayAt(rule, 'resources')) {
        const lesser = [own ?? [], wide ?? []].map((rules) =>
          rules.map((each) => (each === rule ? less(each, resource) : each)),
        );
        expect(await surface(lesser), `without ${String(resource)}`).not.toEqual(whole);
      }
    }
  });
});

/** The same rule for one resource fewer. A rule must be about something. */
function less(rule: JsonObject, resource: unknown): JsonObject {
  const kept = arrayAt(rule, 'resources').filter((each) => each !== resource);
  return { ...rule, resources: kept.length === 0 ? ['nothing'] : kept };
}
