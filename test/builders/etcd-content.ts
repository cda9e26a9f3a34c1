import { setTimeout as sleep } from 'node:timers/promises';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';

/** Values by keys, both in base64 as etcd's JSON has them: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ */
export type Content = ReadonlyMap<string, string>;

/** What a new API server makes some time after it says that it is ready. */
const madeLate = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => `/registry/namespaces/${name}`),
  '/registry/services/specs/default/kubernetes',
].map(toBase64);

/** Kinds of which an API server remembers for some time what it had: served kinds, and answers of admission. */
const remembered = ['apiextensions.k8s.io', 'apiregistration.k8s.io', 'resourcequotas', 'limitranges'];

/** What an API server writes itself while it runs. */
const itsOwn = ['leases', 'masterleases', 'flowschemas', 'prioritylevelconfigurations', ...remembered];

/** Longest that an API server takes to notice what changed in its etcd, in milliseconds. */
const noticeTime = 500;

/** etcd takes up to 128 operations at once. */
const batch = 100;

/** Reads all that a new API server holds, as soon as it has made what it makes itself. */
export async function readContent(etcd: string): Promise<Content> {
  let content: Content = new Map();
  await waitFor({
    what: 'the namespaces of a new API server',
    seconds: 120,
    everyMs: 100,
    check: async () => {
      content = await readAll(etcd);
      return madeLate.every((key) => content.has(key)) ? undefined : 'not made yet';
    },
  });
  return content;
}

/**
 * Gives an API server the content back that it had before. False: it holds kinds that it would remember, or lost some of
 * its own objects, and must not be used again.
 */
export async function restoreContent(etcd: string, before: Content): Promise<boolean> {
  const now = await readAll(etcd);
  const added = [...now.keys()].filter((key) => !before.has(key));
  const lost = [...before.keys()].some((key) => !now.has(key) && !isOf(key, itsOwn));
  if (lost || added.some((key) => isOf(key, remembered))) return false;
  const changed = [...before].filter(([key, value]) => now.get(key) !== value && !isOf(key, itsOwn));
  const operations = [
    ...added.filter((key) => !isOf(key, itsOwn)).map((key) => ({ request_delete_range: { key } })),
    ...changed.map(([key, value]) => ({ request_put: { key, value } })),
  ];
  for (let start = 0; start < operations.length; start += batch)
    await ask(etcd, 'txn', { success: operations.slice(start, start + batch) });
  await sleep(noticeTime);
  return true;
}

function isOf(key: string, kinds: readonly string[]): boolean {
  const [, , kind = ''] = Buffer.from(key, 'base64').toString().split('/');
  return kinds.includes(kind);
}

async function readAll(etcd: string): Promise<Content> {
  const range = { key: toBase64('/registry/'), range_end: toBase64('/registry0') };
  const pairs = arrayAt(await ask(etcd, 'range', range), 'kvs');
  return new Map(pairs.map((pair) => [stringAt(pair, 'key') ?? '', stringAt(pair, 'value') ?? '']));
}

async function ask(etcd: string, verb: 'range' | 'txn', body: object): Promise<unknown> {
  const response = await fetch(`${etcd}/v3/kv/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`asking etcd for ${verb}: status ${String(response.status)} ${text}`);
  return JSON.parse(text) as unknown;
}

function toBase64(key: string): string {
  return Buffer.from(key).toString('base64');
}
