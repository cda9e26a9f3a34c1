import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';

import { isObject, stringAt, type JsonObject } from '../../../src/domain/resources/resource.ts';
import { waitFor } from '../../cluster/wait.ts';
import type { Kubectl } from './kubectl.ts';

/** What the accounts of a move are called, on both clusters. */
export const migrator = 'crane-migrator';

/** Namespace of the application in the samples. */
const sampleApplication = 'shop';

/** ConfigMap in the namespace of the runs with the authorities of private registries. */
const registryAuthorities = 'cluster-ca';

export interface MoveNames {
  /** Namespace of the PipelineRuns, on the destination. */
  readonly runs: string;
  /** Namespace of the application, on both clusters. */
  readonly application: string;
}

/** Namespace labels that make Pod Security refuse whatever is not `restricted`. */
const restrictedLabels = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
};

export interface AccountsInput {
  readonly source: Kubectl;
  readonly destination: Kubectl;
  readonly names: MoveNames;
  /** Pod Security of the two namespaces: `restricted` is enforced for a proof; somebody's own stay as they are. */
  readonly podSecurity: 'restricted' | 'as-it-is';
  /** PEM text of the authorities of private registries; empty when all are publicly trusted. */
  readonly registryCertificates: string;
}

/** Namespaces and least accounts of a move, and the Secrets from which the Pipeline logs in. */
export async function prepareAccounts({
  source,
  destination,
  names,
  podSecurity,
  registryCertificates,
}: AccountsInput): Promise<void> {
  await source.apply(sampleAccount('source', names));
  await destination.apply([
    namespaceOf(names.application, podSecurity),
    ...sampleAccount('destination', names),
    namespaceOf(names.runs, podSecurity),
  ]);
  const inCluster = { url: 'https://kubernetes.default.svc', 'ca.crt': await ownAuthority(destination, names.runs) };
  const secrets = [
    secretOf('source-cluster', await credentialsOf(source, names)),
    secretOf('destination-cluster', { ...(await credentialsOf(destination, names)), ...inCluster }),
  ];
  const metadata = { name: registryAuthorities };
  const authorities = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': registryCertificates } };
  await destination.apply([...secrets, authorities], names.runs);
}

function namespaceOf(name: string, podSecurity: AccountsInput['podSecurity']): object {
  const labels = podSecurity === 'restricted' ? { labels: restrictedLabels } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels } };
}

/** The authority by which pods know their own API server; the controller manager puts it into every new namespace. */
async function ownAuthority(cluster: Kubectl, namespace: string): Promise<string> {
  let authority: string | undefined;
  await waitFor({
    what: `the authority of the API server of ${cluster.context} in namespace ${namespace}`,
    seconds: 30,
    check: async () => {
      const found = await cluster.get(['configmap', 'kube-root-ca.crt', '-n', namespace]);
      authority = stringAt(found, 'data', 'ca.crt');
      return authority === undefined ? 'no ConfigMap kube-root-ca.crt' : undefined;
    },
  });
  return authority ?? '';
}

/** The sample accounts, bound in the application's namespace. */
function sampleAccount(side: 'source' | 'destination', { application }: MoveNames): readonly JsonObject[] {
  const objects = loadAll(readFileSync(`samples/app-migration/${side}-account.yaml`, 'utf8')).filter(isObject);
  return objects.map((object) => {
    if (stringAt(object, 'metadata', 'namespace') !== sampleApplication || !isObject(object['metadata'])) return object;
    return { ...object, metadata: { ...object['metadata'], namespace: application } };
  });
}

async function credentialsOf(cluster: Kubectl, names: MoveNames): Promise<Readonly<Record<string, string>>> {
  const view = async (field: string): Promise<string> =>
    cluster.run(['config', 'view', '--raw', '--minify', '--flatten', '-o', `jsonpath={.clusters[0].cluster.${field}}`]);
  const authority = Buffer.from(await view('certificate-authority-data'), 'base64').toString();
  const token = await cluster.run(['create', 'token', migrator, '-n', names.runs, '--duration', '4h']);
  return { url: await view('server'), token, ...(authority === '' ? {} : { 'ca.crt': authority }) };
}

function secretOf(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData };
}
