import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { loadAll } from 'js-yaml';
import { expect } from 'vitest';

import { arrayAt, isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { readKubeconfig } from '../../testbed/openshift/kube/kubeconfig.ts';
import type { Environment } from '../../testbed/openshift/testing/environment.ts';

/** Where the rules of an account hold: a namespace, or with an empty name the whole cluster. */
export interface Grant {
  readonly namespace: string;
  readonly rules: readonly JsonObject[];
}

/** The rules of one role in the file that a Task brings along. Throws when there is no such role. */
export function rulesOf(task: string, role: string): readonly JsonObject[] {
  const documents = loadAll(readFileSync(`tasks/${task}/rbac.yaml`, 'utf8'));
  const found = documents.find((document) => stringAt(document, 'metadata', 'name') === role);
  const rules = arrayAt(found, 'rules').filter(isObject);
  if (rules.length === 0) throw new Error(`tasks/${task}/rbac.yaml: no rules in a role ${role}`);
  return rules;
}

/** The same rules without one verb. */
export function withoutVerb(rules: readonly JsonObject[], verb: string): readonly JsonObject[] {
  return rules.flatMap((rule) => {
    const verbs = arrayAt(rule, 'verbs').filter((each) => each !== verb);
    return verbs.length === 0 ? [] : [{ ...rule, verbs }];
  });
}

/** Each verb of the rules with the resources that it is granted for, as `plural.group`. */
export function grantsByVerb(rules: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const rule of rules) {
    const [group] = arrayAt(rule, 'apiGroups').map(String);
    const names = arrayAt(rule, 'resources').map((plural) => qualified(String(plural), group));
    for (const verb of arrayAt(rule, 'verbs').map(String)) found.set(verb, [...(found.get(verb) ?? []), ...names]);
  }
  return found;
}

/** The resource of a report's item, `v1 ConfigMap …` or `source: apps/v1 Deployment …`, as `plural.group`. */
export function resourceOf(id: string): string {
  const [apiVersion = '', kind = ''] = id.replace(/^source: /, '').split(' ');
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return qualified(pluralOf(kind.toLowerCase()), group);
}

/** The plural of a kind in lower case. */
export function pluralOf(kind: string): string {
  if (kind === 'endpoints') return kind;
  if (kind.endsWith('y')) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith('s') || kind.endsWith('ss') ? `${kind}es` : `${kind}s`;
}

function qualified(plural: string, group = ''): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/**
 * The right that an API server answered to, as grantsByVerb has it: `patch configmaps`. A path is of a resource in a
 * namespace; undefined for any other and for what was refused.
 * @param answer as the proxy tells it, `200 GET /api/v1/namespaces/shop/configmaps/a`
 */
export function rightOf(answer: string): string | undefined {
  const [status = '', method = '', path = ''] = answer.split(' ');
  const [, group, plural = '', name] =
    /^\/apis?(?:\/([^/]+\.[^/]+|apps|autoscaling|batch|policy))?\/v\w+\/namespaces\/[^/]+\/([^/?]+)(\/[^?]+)?/.exec(
      path,
    ) ?? [];
  if (!status.startsWith('2') || plural === '') return undefined;
  const reading = name === undefined ? 'list' : 'get';
  return `${method === 'PATCH' ? 'patch' : reading} ${qualified(plural, group)}`;
}

/** What a run did to each resource, as `plural.group`; what is not about one stands under an empty name. */
export type Effects = ReadonlyMap<string, string>;

type Run = (rules: readonly JsonObject[]) => Promise<Effects>;

/** What a report says of the resources of a namespace, whose own name does not matter; nothing when there is none. */
export async function effectsOf(report: string, namespace: string): Promise<Effects> {
  const text = (await readFile(report, 'utf8').catch(() => '{}')).replaceAll(namespace, 'NAMESPACE');
  const effects = new Map<string, string>();
  for (const item of arrayAt(JSON.parse(text), 'items')) {
    const resource = resourceOf(stringAt(item, 'id') ?? '');
    const told = ['outcome', 'reason', 'message'].map((key) => stringAt(item, key) ?? '');
    const outcome = [...told, stringAt(item, 'evidence', 'operation') ?? ''].join(' ');
    effects.set(resource, `${effects.get(resource) ?? ''} ${outcome}`);
  }
  return effects;
}

/** Asked for by OpenShift when an apply makes an object, not by the image API of these tests. */
const askedElsewhere = new Set(['create imagestreams.image.openshift.io']);

/** Holds that nothing is refused under the rules, and that without a verb each resource it was granted for fares otherwise. */
export async function expectExactly(rules: readonly JsonObject[], run: Run): Promise<void> {
  const whole = await run(rules);
  expect([...whole].filter(([, effect]) => /forbidden|refused|conflict|incomplete/i.test(effect))).toEqual([]);
  for (const [verb, resources] of grantsByVerb(rules)) {
    const lesser = await run(withoutVerb(rules, verb));
    const unused = resources.filter((resource) => lesser.get(resource) === whole.get(resource));
    expect(
      unused.filter((resource) => !askedElsewhere.has(`${verb} ${resource}`)),
      `without ${verb}`,
    ).toEqual([]);
  }
}

let accounts = 0;

/** Makes an account in a namespace with exactly these rights. Returns its token. */
export async function makeAccount(
  environment: Environment,
  namespace: string,
  grants: readonly Grant[],
): Promise<string> {
  accounts += 1;
  const name = `role-${String(accounts)}`;
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await create(environment, account, { metadata: { name } });
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  for (const [index, { namespace: place, rules }] of grants.entries()) {
    if (rules.length === 0) continue;
    const [scope, prefix] = place === '' ? ['', 'Cluster'] : [`/namespaces/${place}`, ''];
    const path = `/apis/${rbacGroup}/v1${scope}/${prefix.toLowerCase()}role`;
    const metadata = { name: `${name}-${String(index)}` };
    const roleRef = { apiGroup: rbacGroup, kind: `${prefix}Role`, name: metadata.name };
    await create(environment, `${path}s`, { metadata, rules });
    await create(environment, `${path}bindings`, { metadata, roleRef, subjects });
  }
  const answer = await create(environment, `${account}/${name}/token`, { spec: { expirationSeconds: 3600 } });
  return stringAt(answer, 'status', 'token') ?? '';
}

const rbacGroup = 'rbac.authorization.k8s.io';

async function create({ kube }: Environment, path: string, body: object): Promise<unknown> {
  const answer = await kube.send({ method: 'POST', path, body });
  if (answer.status !== 201)
    throw new Error(`creating at ${path}: status ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Writes a kubeconfig with one context, `cluster`, for a token and the cluster or another address of it. Returns its path. */
export async function writeTokenConfig(
  environment: Environment,
  folder: string,
  { token, namespace, server = '' }: { token: string; namespace: string; server?: string },
): Promise<string> {
  const address = server === '' ? (await readKubeconfig(environment.config.kubeconfig)).server : server;
  const authority = readFileSync(environment.caFile).toString('base64');
  const file = join(folder, 'kubeconfig');
  await mkdir(folder, { recursive: true });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'cluster',
    contexts: [{ name: 'cluster', context: { cluster: 'cluster', user: 'user', namespace } }],
    clusters: [{ name: 'cluster', cluster: { server: address, 'certificate-authority-data': authority } }],
    users: [{ name: 'user', user: { token } }],
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
