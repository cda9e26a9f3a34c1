import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../src/domain/core/json-object.ts';
import { grantsByVerb, makeAccount, rulesOf, withoutVerb, writeTokenConfig } from '../../builders/role-scene.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { podSpec } from '../../fakes/apply-scene.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';

let environment: Environment;
let runs = 0;

const application = 'role-scale';

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace(application);
  await environment.kubectl(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: workloads() }),
  );
});

afterAll(() => environment.stop());

/** One of each kind that can be brought to rest. */
function workloads(): readonly object[] {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: podSpec };
  const once = { template: { spec: { restartPolicy: 'Never', ...podSpec } } };
  const whole = { replicas: 2, selector: { matchLabels: labels }, template };
  const kinds: Readonly<Record<string, object>> = {
    'apps/v1 Deployment': whole,
    'apps/v1 StatefulSet': { ...whole, serviceName: 'web' },
    'apps/v1 ReplicaSet': whole,
    'apps/v1 DaemonSet': { selector: { matchLabels: labels }, template },
    'apps.openshift.io/v1 DeploymentConfig': { replicas: 2, selector: labels, template },
    'v1 ReplicationController': { replicas: 2, selector: labels, template },
    'batch/v1 Job': once,
    'batch/v1 CronJob': { schedule: '0 3 * * *', jobTemplate: { spec: once } },
  };
  return Object.entries(kinds).map(([type, spec]) => {
    const [apiVersion, kind] = type.split(' ');
    return { apiVersion, kind, metadata: { name: 'web', namespace: application }, spec };
  });
}

async function run(task: string, rules: readonly JsonObject[], ...args: readonly string[]) {
  runs += 1;
  const folder = join(environment.dir, `run-${String(runs)}`);
  await mkdir(folder, { recursive: true });
  const token = await makeAccount(environment, application, [{ namespace: application, rules }]);
  const kubeconfig = await writeTokenConfig(environment, folder, { token, namespace: application });
  const { results } = await runTaskHere(
    [task, `--kubeconfig=${kubeconfig}`, '--context=cluster', '--resource-type=all', ...args],
    { cwd: folder },
  );
  return results;
}

describe('the role of a task', () => {
  it.each([
    ['kubectl-scale-down', 'crane-restore-scale', { status: 'succeeded', 'scaled-count': '7', 'failed-count': '0' }],
    // Nothing becomes ready here, since no controller runs; a cron job need not.
    ['crane-restore-scale', 'kubectl-scale-down', { status: 'incomplete', 'restored-count': '7', 'failed-count': '6' }],
  ])('is enough for %s, and holds no verb that it could do without', async (...row) => {
    const [task, opposite, expected] = row;
    const rules = rulesOf(task, task);
    for (const verb of grantsByVerb(rules).keys()) {
      await run(opposite, rulesOf(opposite, opposite));
      const lesser = await run(task, withoutVerb(rules, verb), '--wait-timeout=1');
      expect(lesser, `without ${verb}`).not.toMatchObject(expected);
    }
    await run(opposite, rulesOf(opposite, opposite));
    expect(await run(task, rules, '--wait-timeout=1')).toMatchObject(expected);
  });
});
