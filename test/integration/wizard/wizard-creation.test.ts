import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { moveAnswers, startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';
import type { WizardAnswer } from '../../builders/wizard.ts';

const admission = '/apis/admissionregistration.k8s.io/v1';
const core = '/api/v1/namespaces/migrations';
const runs = '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns';

let all: WizardScene;

beforeAll(async () => {
  all = await startWizardScene(['started']);
});

afterAll(() => all.stop());

/**
 * Refuses requests about objects of the migrations with a prefix of which the expression says so. Dry runs pass: those are
 * the check before the creation.
 */
async function refuse(name: string, expression: string): Promise<void> {
  const rule = { apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'DELETE'], resources: ['*'] };
  const labels = 'variables.subject.metadata.?labels[?"crane-tasks.dev/migration"].orValue("")';
  const refused = `${labels}.startsWith("${name}-") && (${expression})`;
  await all.cluster.create(`${admission}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      variables: [{ name: 'subject', expression: 'request.operation == "DELETE" ? oldObject : object' }],
      validations: [{ expression: `request.dryRun || !(${refused})`, message: `refused for ${name}` }],
    },
  });
  await all.cluster.create(`${admission}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
}

async function allow(name: string): Promise<void> {
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
    await all.cluster.cluster.request({ method: 'DELETE', path: `${admission}/${kind}/${name}` });
}

/** Creates a migration until the policy works, which takes the API server some time. */
async function createUntilRefused(name: string): Promise<WizardAnswer> {
  for (let tries = 0; ; tries += 1) {
    const migration = `${name}-${String(tries)}`;
    const body = { inventory: all.inventory, answers: moveAnswers(migration), start: 'stage' };
    const answer = await all.ask('POST', '/migrations', body);
    if (answer.status !== 201 || tries > 50) return answer;
    await setTimeout(300);
  }
}

/** Objects of the last migration with this prefix. */
async function remains(name: string): Promise<readonly string[]> {
  const lists = [`${core}/configmaps`, `${core}/secrets`, runs];
  const found = await Promise.all(lists.map((path) => all.cluster.cluster.request({ path })));
  const migrations = found
    .flatMap((list) => arrayAt(list, 'items'))
    .map((each) => ({
      name: stringAt(each, 'metadata', 'name') ?? '',
      of: stringAt(each, 'metadata', 'labels', 'crane-tasks.dev/migration') ?? '',
    }));
  const last = migrations.filter(({ of }) => of.startsWith(`${name}-`));
  // Those of the tries before the policy worked are whole.
  return last.filter(({ of }) => !migrations.some((each) => each.name === `migration-${of}`)).map((each) => each.name);
}

describe('a creation that fails', () => {
  it.each([
    ['configmap', 'request.resource.resource == "configmaps"'],
    ['source', 'request.resource.resource == "secrets" && object.metadata.name.endsWith("-source")'],
    ['destination', 'request.resource.resource == "secrets" && object.metadata.name.endsWith("-destination")'],
    ['run', 'request.resource.resource == "pipelineruns"'],
  ])('leaves nothing when the %s is refused', async (name, expression) => {
    await refuse(name, `request.operation == "CREATE" && ${expression}`);
    const refused = await createUntilRefused(name);
    await allow(name);
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([422, 'cluster-refused']);
    expect(refused.text).toContain(`refused for ${name}`);
    expect(await remains(name)).toEqual([]);
  });

  it('names what it could not delete', async () => {
    const kept = 'request.resource.resource == "secrets" && request.operation == "DELETE"';
    await refuse('kept', `(${kept}) || (request.resource.resource == "pipelineruns" && request.operation == "CREATE")`);
    const refused = await createUntilRefused('kept');
    await allow('kept');
    expect(stringAt(refused.json, 'detail')).toMatch(/could not delete .*Secret migrations\/kept-\d+-destination/);
    expect(stringAt(refused.json, 'remedy')).toContain('Delete these by hand');
  });
});

describe('a run', () => {
  it('is started once by requests with the same key, also at the same time', async () => {
    const headers = { 'idempotency-key': 'one click' };
    const request = { method: 'POST', path: '/api/v1/migrations/started/runs', body: { action: 'stage' }, headers };
    const started = await Promise.all([1, 2, 3].map(() => all.wizard.ask(request)));
    const again = await all.wizard.ask(request);
    expect(started.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect(new Set([...started, again].map(({ json }) => stringAt(json, 'run'))).size).toBe(1);
    const items = arrayAt(await all.cluster.cluster.request({ path: runs }), 'items');
    const own = items.filter((run) => stringAt(run, 'metadata', 'name')?.startsWith('started-') === true);
    expect(own).toHaveLength(1);
  });
});
