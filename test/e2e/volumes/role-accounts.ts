import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { loadAll } from 'js-yaml';

import { arrayAt, isObject, stringAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { startCuttingProxy, type CuttingProxy } from '../../fakes/cutting-proxy.ts';
import { localKubectl } from '../../../testbed/demo/kubectl.ts';

export type Side = 'source' | 'destination';

export const sides: readonly Side[] = ['source', 'destination'];

/** Accounts on both clusters with exactly the roles of a Task, each behind a proxy that notes what it was answered. */
export interface RoleAccounts {
  readonly answered: (side: Side) => readonly string[];
  readonly stop: () => Promise<void>;
}

export interface RoleOptions {
  readonly task: string;
  /** Where the accounts are; the Roles hold in it, and in others at the destination. */
  readonly namespace: string;
  readonly others: readonly string[];
  /** Where the kubeconfig goes; its contexts are called as the sides. */
  readonly file: string;
}

const account = 'role-account';
const group = 'rbac.authorization.k8s.io';

/** The Role and the ClusterRole that a Task brings along for a side; they have one name. */
export function rolesOf(task: string, side: Side): readonly JsonObject[] {
  const documents = loadAll(readFileSync(`tasks/${task}/rbac.yaml`, 'utf8')).filter(isObject);
  return documents.filter((document) => stringAt(document, 'metadata', 'name') === `${task}-${side}`);
}

/** Makes the accounts and their kubeconfig. */
export async function makeRoleAccounts(options: RoleOptions): Promise<RoleAccounts> {
  const proxies = new Map<Side, CuttingProxy>();
  const users: object[] = [];
  for (const side of sides) {
    const kubectl = localKubectl(side);
    await kubectl.apply(accountObjects(options, side));
    const token = (await kubectl.run(['create', 'token', account, '-n', options.namespace])).trim();
    const config: unknown = JSON.parse(await kubectl.run(['config', 'view', '--raw', '--minify', '-o', 'json']));
    const cluster = arrayAt(config, 'clusters')[0];
    const target = stringAt(cluster, 'cluster', 'server') ?? '';
    const ca = Buffer.from(stringAt(cluster, 'cluster', 'certificate-authority-data') ?? '', 'base64').toString();
    proxies.set(side, await startCuttingProxy({ target, ca, cuts: () => false }));
    users.push({ name: side, user: { token } });
  }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    contexts: sides.map((name) => ({ name, context: { cluster: name, user: name, namespace: options.namespace } })),
    clusters: sides.map((name) => ({ name, cluster: { server: proxies.get(name)?.url ?? '' } })),
    users,
  };
  await writeFile(options.file, JSON.stringify(config), { mode: 0o600 });
  return {
    answered: (side) => proxies.get(side)?.answered ?? [],
    stop: async () => {
      for (const proxy of proxies.values()) await proxy.stop();
      for (const side of sides) {
        const kinds = 'clusterroles,clusterrolebindings';
        await localKubectl(side).run([
          'delete',
          kinds,
          '-l',
          `role-account=${options.namespace}`,
          '--ignore-not-found',
        ]);
      }
    },
  };
}

function accountObjects({ task, namespace, others }: RoleOptions, side: Side): readonly object[] {
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  const places = side === 'destination' ? [namespace, ...others] : [namespace];
  const roles = rolesOf(task, side).flatMap((role) => {
    const { kind } = role;
    const wide = kind === 'ClusterRole';
    return (wide ? [undefined] : places).flatMap((place) => {
      const metadata = {
        name: `${namespace}-${side}`,
        labels: { 'role-account': namespace },
        ...(place === undefined ? {} : { namespace: place }),
      };
      const roleRef = { apiGroup: group, kind, name: metadata.name };
      return [
        { ...role, metadata },
        { apiVersion: `${group}/v1`, kind: `${String(kind)}Binding`, metadata, roleRef, subjects },
      ];
    });
  });
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } }, ...roles];
}

/** Every right that rules give, as `verb plural.group/subresource`. */
export function rightsIn(rules: readonly unknown[]): readonly string[] {
  const rights = rules.flatMap((rule) => {
    const [apiGroup = ''] = arrayAt(rule, 'apiGroups').map(String);
    const resources = arrayAt(rule, 'resources').map((resource) => qualified(String(resource), apiGroup));
    return arrayAt(rule, 'verbs').flatMap((verb) => resources.map((resource) => `${String(verb)} ${resource}`));
  });
  return [...new Set(rights)].toSorted();
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };
const apiPath =
  /^\/apis?\/(?:([^/]+)\/)?v1\/(?:namespaces\/[^/]+\/(?=[a-z]))?([a-z]+)(?:\/([^/?]+))?(?:\/([a-z]+))?(?:\?|$)/;

/** The rights that answers show to have been used, as `rightsIn` has them: those of requests that were not refused. */
export function rightsUsed(answered: readonly string[]): readonly string[] {
  const used = answered.flatMap((answer) => {
    const [status = '', method = '', path = ''] = answer.split(' ');
    const [, apiGroup = '', plural, name, subresource] = apiPath.exec(path) ?? [];
    if (plural === undefined || !/^(?:101|2|404)/.test(status)) return [];
    const verb = verbs[method] ?? (name === undefined ? 'list' : 'get');
    return `${verb} ${qualified(subresource === undefined ? plural : `${plural}/${subresource}`, apiGroup)}`;
  });
  return [...new Set(used)].toSorted();
}

function qualified(resource: string, apiGroup: string): string {
  const [plural = '', ...rest] = resource.split('/');
  return [apiGroup === '' ? plural : `${plural}.${apiGroup}`, ...rest].join('/');
}
