import { exportRegistryProblems, readExportRegistry, type ExportRegistry } from '../../domain/app/export-registries.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { decodeBase64 } from '../../domain/core/redaction/secret-forms.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { findObject } from '../cluster/find-object.ts';
import type { RegistryStore } from './export-registries.ts';

/** A registry with the authorities that it needs besides those of the system. */
export interface FoundRegistry extends ExportRegistry {
  /** PEM; empty for none. */
  readonly certificates: string;
}

/**
 * Finds a registry to which applications are published, by the name of its Secret.
 * @throws TaskError `invalid-param` when there is no such registry, or when its Secrets do not describe one
 */
export async function findExportRegistry(store: RegistryStore, name: string): Promise<FoundRegistry> {
  const secret = await findSecret(store, name);
  const read = secret && readExportRegistry(secret);
  if (read !== undefined && 'registry' in read)
    return { ...read.registry, certificates: await readCertificates(store, read.registry) };
  const why = read === undefined ? 'there is no such Secret' : exportRegistryProblems[read.problem];
  throw new TaskError('invalid-param', `reading registry ${store.namespace}/${name}: ${why}`, {
    remedy: 'Run `crane-tasks app registries list` for the names, or add it with `crane-tasks app registries add`.',
  });
}

async function readCertificates(store: RegistryStore, registry: ExportRegistry): Promise<string> {
  const name = registry.certificateSecret;
  if (name === undefined) return '';
  const secret = await findSecret(store, name);
  const encoded = stringAt(secret, 'data', 'tls.crt');
  const certificates = encoded === undefined ? undefined : decodeBase64(encoded);
  if (certificates?.includes('-----BEGIN CERTIFICATE-----') === true) return certificates;
  const why = secret === undefined ? 'it does not exist' : 'its key tls.crt has no PEM certificate';
  throw new TaskError(
    'invalid-param',
    `reading Secret ${store.namespace}/${name} of registry ${registry.name}: ${why}`,
    { remedy: 'Put the certificates into the key tls.crt of this Secret, as PEM.' },
  );
}

function findSecret({ cluster, namespace }: RegistryStore, name: string): Promise<Resource | undefined> {
  return findObject(cluster, { kind: knownKinds.secrets, namespace, name });
}
