import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';

import { isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { waitFor } from '../clusters/wait.ts';
import type { Kubectl } from './kubectl.ts';

/** What the accounts of a move are called, on both clusters. */
export const migrator = 'crane-migrator';

/** Folders of samples with accounts, and the namespace that each moves. */
const sampleApplications = { 'app-migration': 'shop', cutover: 'ledger' } as const;
/** Namespace of the runs in the samples. */
const sampleRuns = 'migrations';

/** ConfigMap in the namespace of the runs with the authorities of private registries. */
const registryAuthorities = 'cluster-ca';

/** By which the wizard of the OpenShift console finds its Secrets again. */
const wizardAnnotation = 'konveyor.io/crane-ui-plugin';

export interface MoveNames {
  /** Namespace of the PipelineRuns, and of the accounts on both clusters. */
  readonly runs: string;
  /** Namespace of the application, on both clusters. */
  readonly application: string;
  /** Namespace that the application gets on the destination, where it is another one. */
  readonly movedTo?: string;
}

/** Namespace of the application on the destination. */
export function destinationNamespace({ application, movedTo }: MoveNames): string {
  return movedTo ?? application;
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
  /** Sample whose accounts are made; `app-migration` unless it is said. */
  readonly sample?: keyof typeof sampleApplications;
  /** Where the runs happen; the destination unless it is said. */
  readonly home?: Kubectl;
  /** Whether the Secrets are as the wizard of the OpenShift console writes them; that of the home cluster has no ca.crt. */
  readonly wizardSecrets?: boolean;
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
  sample = 'app-migration',
  home = destination,
  wizardSecrets = false,
  podSecurity,
  registryCertificates,
}: AccountsInput): Promise<void> {
  await source.apply(sampleAccount('source', sample, names));
  await destination.apply([
    namespaceOf(destinationNamespace(names), podSecurity),
    ...sampleAccount('destination', sample, names),
  ]);
  await home.apply([namespaceOf(names.runs, podSecurity)]);
  const authority = wizardSecrets ? {} : { 'ca.crt': await ownAuthority(home, names.runs) };
  const inCluster = { url: 'https://kubernetes.default.svc', ...authority };
  const credentials = async (cluster: Kubectl): Promise<Readonly<Record<string, string>>> => ({
    token: await cluster.run(['create', 'token', migrator, '-n', names.runs, '--duration', '4h']),
    ...(cluster.context === home.context ? inCluster : await addressOf(cluster)),
  });
  const annotationsOf = (side: string) => (wizardSecrets ? { [wizardAnnotation]: `${side}-cluster-oauth` } : {});
  const secrets = [
    secretOf('source-cluster', await credentials(source), annotationsOf('source')),
    secretOf('destination-cluster', await credentials(destination), annotationsOf('destination')),
  ];
  const metadata = { name: registryAuthorities };
  const authorities = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': registryCertificates } };
  await home.apply([...secrets, authorities], names.runs);
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
    seconds: 120,
    check: async () => {
      const found = await cluster.get(['configmap', 'kube-root-ca.crt', '-n', namespace]);
      authority = stringAt(found, 'data', 'ca.crt');
      return authority === undefined ? 'no ConfigMap kube-root-ca.crt' : undefined;
    },
  });
  return authority ?? '';
}

/** The sample accounts, with the namespaces of this move. */
function sampleAccount(
  side: 'source' | 'destination',
  sample: keyof typeof sampleApplications,
  names: MoveNames,
): readonly JsonObject[] {
  const namespaces = new Map<string, string>([
    [sampleApplications[sample], side === 'source' ? names.application : destinationNamespace(names)],
    [sampleRuns, names.runs],
  ]);
  const documents = loadAll(readFileSync(`samples/${sample}/${side}-account.yaml`, 'utf8'));
  return documents.filter(isObject).map((object) => {
    const { kind = '', metadata, subjects } = object;
    // A binding that several moves shared would serve only the last of them.
    const isShared = String(kind).endsWith('Binding') && names.runs !== sampleRuns;
    const name = isShared ? `${stringAt(metadata, 'name') ?? ''}-${names.runs}` : valueAt(metadata, 'name');
    return {
      ...object,
      metadata: rename({ ...(isObject(metadata) ? metadata : {}), name }, namespaces),
      ...(Array.isArray(subjects) ? { subjects: subjects.filter(isObject).map((one) => rename(one, namespaces)) } : {}),
    };
  });
}

/** Names of namespaces replaced, wherever one stands. */
function rename(object: JsonObject, namespaces: ReadonlyMap<unknown, string>): JsonObject {
  const entries = Object.entries(object).map(([key, value]) => [key, namespaces.get(value) ?? value] as const);
  return Object.fromEntries(entries);
}

/** The API server as the kubeconfig has it, and its authority where it is one of its own. */
async function addressOf(cluster: Kubectl): Promise<Readonly<Record<string, string>>> {
  const view = async (field: string): Promise<string> =>
    cluster.run(['config', 'view', '--raw', '--minify', '--flatten', '-o', `jsonpath={.clusters[0].cluster.${field}}`]);
  const authority = Buffer.from(await view('certificate-authority-data'), 'base64').toString();
  return { url: await view('server'), ...(authority === '' ? {} : { 'ca.crt': authority }) };
}

type Texts = Readonly<Record<string, string>>;

function secretOf(name: string, stringData: Texts, annotations: Texts): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations }, type: 'Opaque', stringData };
}
