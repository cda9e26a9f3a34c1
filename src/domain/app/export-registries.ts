import { isObject, stringAt, type JsonObject } from '../core/json-object.ts';
import { decodeBase64 } from '../core/redaction/secret-forms.ts';
import type { Resource } from '../kube/resource.ts';
import { isRegistryHost, isRepositoryPath } from '../oci/image-location.ts';

/** Label of a Secret that describes a registry to which applications are published; its value is `true`. */
export const exportRegistryLabel = 'epinio.io/api-export-registry';
/** Annotation with the namespace or organization below the host. */
export const registryNamespaceAnnotation = 'epinio.io/registry-namespace';

/** A registry to which applications are published, as a Secret of Epinio's system namespace describes it. */
export interface ExportRegistry {
  /** Name of the Secret. */
  readonly name: string;
  readonly host: string;
  /** Path below the host: that of the key in `auths`, then the annotation. Empty for none. */
  readonly namespace: string;
  /** Name of the Secret whose key `tls.crt` has the authorities that the registry needs. */
  readonly certificateSecret: string | undefined;
  /** Text of a Docker config.json with the one login, under the host. */
  readonly dockerConfig: string;
}

export type ExportRegistryProblem =
  | 'label-missing'
  | 'label-value'
  | 'annotation-missing'
  | 'namespace-invalid'
  | 'config-missing'
  | 'config-invalid'
  | 'hosts-not-one'
  | 'host-invalid';

/** Reads such a Secret. Names what is wrong with it, and shows no value of it. */
export function readExportRegistry(
  secret: Resource,
): { readonly registry: ExportRegistry } | { readonly problem: ExportRegistryProblem } {
  const label = stringAt(secret, 'metadata', 'labels', exportRegistryLabel);
  if (label === undefined) return { problem: 'label-missing' };
  if (label !== 'true') return { problem: 'label-value' };
  const below = stringAt(secret, 'metadata', 'annotations', registryNamespaceAnnotation);
  if (below === undefined) return { problem: 'annotation-missing' };
  if (below !== '' && !isRepositoryPath(below)) return { problem: 'namespace-invalid' };
  const config = dataOf(secret, '.dockerconfigjson');
  if (config === undefined) return { problem: 'config-missing' };
  const auths = authsOf(config);
  if (auths === undefined) return { problem: 'config-invalid' };
  const [entry, ...more] = Object.entries(auths);
  if (entry === undefined || more.length > 0) return { problem: 'hosts-not-one' };
  const place = placeOf(entry[0]);
  if (place === undefined) return { problem: 'host-invalid' };
  const { host, path } = place;
  const namespace = [path, below].filter((each) => each !== '').join('/');
  const certificateSecret = certificateSecretOf(secret);
  // The one login is for the registry, whatever form its key has.
  const dockerConfig = JSON.stringify({ auths: { [host]: entry[1] } });
  return { registry: { name: secret.metadata.name, host, namespace, certificateSecret, dockerConfig } };
}

/** Name of the Secret with certificates that such a Secret names, whatever else is wrong with it. */
export function certificateSecretOf(secret: Resource): string | undefined {
  return dataOf(secret, 'certs') || undefined;
}

/** What users see in place of a problem. */
export const exportRegistryProblems: Readonly<Record<ExportRegistryProblem, string>> = {
  'label-missing': `the label ${exportRegistryLabel} is missing`,
  'label-value': `the label ${exportRegistryLabel} must be "true"`,
  'annotation-missing': `the annotation ${registryNamespaceAnnotation} is missing`,
  'namespace-invalid': `the annotation ${registryNamespaceAnnotation} must be a path in lower case, such as team/apps`,
  'config-missing': 'the key .dockerconfigjson is missing',
  'config-invalid': 'the key .dockerconfigjson must be JSON with an object `auths`',
  'hosts-not-one': 'the key .dockerconfigjson must have exactly one registry in `auths`',
  'host-invalid': 'the registry in `auths` must be a host, with a port or a path where it needs one',
};

/** `host/namespace`, as lists show it. */
export function formatRegistryUrl({ host, namespace }: Pick<ExportRegistry, 'host' | 'namespace'>): string {
  return namespace === '' ? host : `${host}/${namespace}`;
}

function dataOf(secret: Resource, key: string): string | undefined {
  const encoded = stringAt(secret, 'data', key);
  return encoded === undefined ? stringAt(secret, 'stringData', key) : decodeBase64(encoded);
}

function authsOf(dockerConfig: string): JsonObject | undefined {
  try {
    const config: unknown = JSON.parse(dockerConfig);
    const auths = isObject(config) ? config['auths'] : undefined;
    return isObject(auths) ? auths : undefined;
  } catch {
    return undefined;
  }
}

interface RegistryPlace {
  readonly host: string;
  /** Empty for none. */
  readonly path: string;
}

// Keys are hosts, hosts with paths, or URLs as old Docker clients wrote them: https://index.docker.io/v1/ is docker.io.
function placeOf(key: string): RegistryPlace | undefined {
  const [name = '', ...parts] = key
    .replace(/^(?:https?|oci):\/\//, '')
    .replace(/\/$/, '')
    .split('/');
  const host = name.toLowerCase();
  const path = parts.join('/');
  if (!isRegistryHost(host)) return undefined;
  const place = hubHosts.has(host) ? 'docker.io' : host;
  if (path === 'v1' || path === 'v2' || parts.length === 0) return { host: place, path: '' };
  return isRepositoryPath(path) ? { host: place, path } : undefined;
}

const hubHosts: ReadonlySet<string> = new Set(['index.docker.io', 'registry.hub.docker.com', 'registry-1.docker.io']);
