import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { toBase64 } from '../../domain/core/redaction/secret-forms.ts';
import type { Secret } from '../../domain/core/secret.ts';
import {
  certificateSecretOf,
  exportRegistryLabel,
  exportRegistryProblems,
  formatRegistryUrl,
  readExportRegistry,
  registryNamespaceAnnotation,
} from '../../domain/app/export-registries.ts';
import { formatTable } from '../../domain/app/format-table.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isObjectName, type Resource } from '../../domain/kube/resource.ts';
import { isNotFound } from '../../domain/kube/status-error.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { createObject, deleteObject } from '../cluster/write-object.ts';

/** A cluster, and the namespace whose Secrets describe registries. */
export interface RegistryStore {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/** Lists the registries to which applications are published. A Secret that does not describe one is a failed item. */
export async function listExportRegistries(store: RegistryStore): Promise<Outcome<'count', 'app'>> {
  const { cluster, namespace } = store;
  const kind = knownKinds.secrets;
  const secrets = await collectObjects({ cluster, kind, namespace, labelSelector: exportRegistryLabel });
  const items = secrets.map(itemOf);
  const count = items.filter(({ outcome }) => outcome === 'done').length;
  return {
    items,
    results: { count: String(count) },
    summary: `${String(count)} ${count === 1 ? 'registry' : 'registries'} in namespace ${namespace}`,
    remedy: 'Correct the Secrets that are named above, or delete them.',
    stdout: formatTable(['NAME', 'URL'], items.map(rowOf)),
  };
}

function itemOf(secret: Resource): Item<'app'> {
  const id = secret.metadata.name;
  const read = readExportRegistry(secret);
  if ('registry' in read) return { id, outcome: 'done', reason: 'registry', message: formatRegistryUrl(read.registry) };
  return { id, outcome: 'failed', reason: 'registry-malformed', message: exportRegistryProblems[read.problem] };
}

function rowOf({ id, message = '', outcome }: Item): readonly string[] {
  return [id, outcome === 'done' ? message : `invalid: ${message}`];
}

export interface NewRegistry {
  readonly name: string;
  readonly host: string;
  /** Path below the host; empty for none. */
  readonly path: string;
  /** `base64(user:password)`. */
  readonly auth: Secret;
  /** PEM. */
  readonly certificates: string | undefined;
}

/**
 * Creates the Secrets that describe a registry: first the one that names the other, so that an interrupted call is seen
 * by the next one, which starts again.
 * @throws TaskError `invalid-param` for a host or path that would not be read back, or when one of the Secrets exists,
 *   `namespace-not-found`
 */
export async function addExportRegistry(store: RegistryStore, registry: NewRegistry): Promise<Outcome<never, 'app'>> {
  const { name, certificates } = registry;
  assertName(name);
  const secret = describe(store, registry);
  const read = readExportRegistry(secret);
  if ('problem' in read) throw refuse(`registry ${name}: ${exportRegistryProblems[read.problem]}`, pathRemedy);
  await removeHalf(store, name);
  const certificateName = certificatesOf(name);
  if (certificates !== undefined) await assertAbsent(store, certificateName);
  await create(store, secret);
  if (certificates !== undefined)
    await create(store, newSecret(store, { name: certificateName, data: { 'tls.crt': certificates } }));
  const url = formatRegistryUrl(read.registry);
  return {
    items: [{ id: name, outcome: 'done', reason: 'registry', message: url }],
    results: {},
    summary: `added registry ${name}: ${url}`,
  };
}

function certificatesOf(name: string): string {
  return `${name}-certificates`;
}

function describe(store: RegistryStore, { name, host, path, auth, certificates }: NewRegistry): Resource {
  const config = JSON.stringify({ auths: { [host]: { auth: auth.reveal() } } });
  return newSecret(store, {
    name,
    data: { '.dockerconfigjson': config, ...(certificates === undefined ? {} : { certs: certificatesOf(name) }) },
    labels: { [exportRegistryLabel]: 'true' },
    annotations: { [registryNamespaceAnnotation]: path },
  });
}

/** Removes what a call left that was interrupted between both Secrets; refuses to replace anything else. */
async function removeHalf(store: RegistryStore, name: string): Promise<void> {
  const secret = await findObject(store.cluster, refOf(store, name));
  if (secret === undefined) return;
  const isOurs = isRegistry(secret) && certificateSecretOf(secret) === certificatesOf(name);
  const isHalf = isOurs && (await findObject(store.cluster, refOf(store, certificatesOf(name)))) === undefined;
  if (!isHalf) throw exists(store, name);
  await remove(store, secret);
}

async function assertAbsent(store: RegistryStore, name: string): Promise<void> {
  if ((await findObject(store.cluster, refOf(store, name))) !== undefined) throw exists(store, name);
}

function isRegistry(secret: Resource): boolean {
  return stringAt(secret, 'metadata', 'labels', exportRegistryLabel) !== undefined;
}

interface NewSecret {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function newSecret({ namespace }: RegistryStore, { name, data, labels, annotations }: NewSecret): Resource {
  const metadata = { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, toBase64(value)]));
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data: encoded };
}

async function create({ cluster, namespace }: RegistryStore, body: Resource): Promise<void> {
  try {
    await createObject(cluster, { kind: knownKinds.secrets, namespace, body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new TaskError('namespace-not-found', `changing registries: namespace ${namespace} does not exist`, {
      remedy: `Create it with \`kubectl create namespace ${namespace}\`, or name another one with --system-namespace.`,
      cause: error,
    });
  }
}

/** Deletes the Secret of a registry and the one with its certificates. A registry that does not exist is skipped. */
export async function deleteExportRegistry(store: RegistryStore, name: string): Promise<Outcome<never, 'app'>> {
  assertName(name);
  const secret = await findObject(store.cluster, refOf(store, name));
  if (secret === undefined) {
    const item = {
      id: name,
      outcome: 'skipped',
      reason: 'registry-absent',
      message: 'there is no such Secret',
    } as const;
    return { items: [item], results: {}, summary: `registry ${name} does not exist` };
  }
  if (!isRegistry(secret)) {
    throw refuse(`Secret ${store.namespace}/${name} does not describe a registry`);
  }
  const certificates = certificatesOf(name);
  // Only what `add` created: another Secret may belong to other programs too.
  const isOwn = certificateSecretOf(secret) === certificates;
  const own = isOwn ? await findObject(store.cluster, refOf(store, certificates)) : undefined;
  // The Secret that names the other one is the last, so that an interrupted call can be repeated.
  if (own !== undefined) await remove(store, own);
  await remove(store, secret);
  return {
    items: [{ id: name, outcome: 'done', reason: 'registry-deleted' }],
    results: {},
    summary: `deleted registry ${name}`,
  };
}

async function remove(store: RegistryStore, { metadata }: Resource): Promise<void> {
  const uid = stringAt(metadata, 'uid') ?? '';
  await deleteObject(store.cluster, refOf(store, metadata.name), {
    propagationPolicy: 'Background',
    preconditions: { uid },
  });
}

function refOf({ namespace }: RegistryStore, name: string): ObjectRef {
  return { kind: knownKinds.secrets, namespace, name };
}

function assertName(name: string): void {
  if (!isObjectName(name)) throw refuse(`the name ${JSON.stringify(name)} is not valid for a Secret`);
}

function exists({ namespace }: RegistryStore, name: string): TaskError {
  return refuse(`Secret ${namespace}/${name} exists already`);
}

function refuse(why: string, remedy = listRemedy): TaskError {
  return new TaskError('invalid-param', `changing registries: ${why}`, { remedy });
}

const listRemedy = 'Run `crane-tasks app registries list` for the names of the registries.';
const pathRemedy = 'Give host without a scheme, and path in lower case without a slash at its ends.';
