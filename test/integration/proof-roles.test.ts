import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, type JsonObject } from '../../src/domain/resources/resource.ts';
import { runTaskCommand } from '../builders/command.ts';
import {
  effectsOf,
  expectExactly,
  grantsByVerb,
  makeAccount,
  resourceOf,
  rulesOf,
  withoutVerb,
  writeTokenConfig,
  type Effects,
  type Grant,
} from '../builders/role-scene.ts';
import { kindsToApply } from '../fakes/kinds-to-apply.ts';
import { startEnvironment, type Environment } from '../openshift/testing/environment.ts';

let environment: Environment;
let runs = 0;

const home = 'role-runs';

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace(home);
  await environment.outside.pushImage('library/all', '1', '1');
});

afterAll(() => environment.stop());

/** A namespace with an object of each kind that the rules are about, as kubectl-apply-files made them. */
async function applied(rules: readonly JsonObject[]): Promise<{ folder: string; namespace: string }> {
  runs += 1;
  const folder = join(environment.dir, `run-${String(runs)}`);
  const namespace = `role-run-${String(runs)}`;
  await environment.createNamespace(namespace);
  await mkdir(join(folder, 'output'), { recursive: true });
  const granted = new Set([...grantsByVerb(rules).values()].flat());
  const objects = kindsToApply(namespace, `${environment.publicName}/library/all:1`);
  const wanted = objects.filter((object) => granted.has(resourceOf(typeOf(object))));
  for (const [index, object] of wanted.entries())
    await writeFile(join(folder, 'output', `${String(index)}.json`), JSON.stringify(object));
  const kubeconfig = join(environment.dir, 'kubernetes/kubeconfig');
  const args = [`--kubeconfig=${kubeconfig}`, '--context=local', '--output-dir=output'];
  await runTaskCommand(['kubectl-apply-files', ...args], { cwd: folder });
  return { folder, namespace };
}

function typeOf(object: object): string {
  return ['apiVersion', 'kind']
    .map((key) => String(Object.entries(object).find(([name]) => name === key)?.[1]))
    .join(' ');
}

/** Runs a task with these rights. */
async function runAs(grants: readonly Grant[], folder: string, args: readonly string[]): Promise<void> {
  const token = await makeAccount(environment, home, grants);
  const kubeconfig = await writeTokenConfig(environment, folder, { token, namespace: home });
  const [task = '', ...flags] = args;
  await runTaskCommand([task, `--kubeconfig=${kubeconfig}`, '--context=cluster', ...flags], { cwd: folder });
}

describe('the roles of what proves a move and takes it back', () => {
  it('crane-rollback: enough, and each right in it is used', async () => {
    const identity = { namespace: '', rules: rulesOf('crane-rollback', 'crane-rollback-identity') };
    await expectExactly(rulesOf('crane-rollback', 'crane-rollback'), async (rules) => {
      const { folder, namespace } = await applied(rulesOf('crane-rollback', 'crane-rollback'));
      // The stream was changed when its tag was applied.
      const changed = '--allow-changed=ImageStream.image.openshift.io/all';
      const flags = ['--applied-dir=output', '--timeout=1', '--include-kinds=PersistentVolumeClaim', changed];
      await runAs([identity, { namespace, rules }], folder, ['crane-rollback', ...flags]);
      return effectsOf(join(folder, 'rollback/reports/crane-rollback.json'), namespace);
    });
  });

  it('crane-verify, on the destination: enough, and each kind must be readable', async () => {
    const rules = rulesOf('crane-verify', 'crane-verify-destination');
    const identity = { namespace: '', rules: rulesOf('crane-verify', 'crane-verify-identity') };
    const { folder, namespace } = await applied(rules);
    const verify = async (granted: readonly JsonObject[]): Promise<Effects> => {
      await runAs([identity, { namespace, rules: granted }], folder, [
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
      await runAs(rights, folder, ['crane-validate', `--namespace=${namespace}`, '--manifests-dir=output']);
      return JSON.parse(await readFile(join(folder, 'validate/surface.json'), 'utf8'));
    };
    const whole = await surface([own ?? [], wide ?? []]);
    expect(whole).toMatchObject({ clusterUid: expect.stringMatching(/-/) as unknown, unread: [] });
    for (const rule of [...(own ?? []), ...(wide ?? [])]) {
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
