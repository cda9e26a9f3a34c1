import { tmpdir } from 'node:os';

import { createImageArchives } from '../../adapters/archives/image-archives.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { readCaBundle } from '../../adapters/files/read-mounted.ts';
import { namespaceOrDefault } from '../../adapters/kube/choose-context.ts';
import { withCluster } from '../../adapters/kube/connect.ts';
import { joinLogins, readLogins } from '../../adapters/registry/logins.ts';
import type { StoredExport } from '../../domain/exports/export-record.ts';
import { selectExport } from '../../domain/exports/select-export.ts';
import { isNamespaceName } from '../../domain/kube/resource.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { remember } from '../../domain/core/remember.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import { listExports, unknownExport, type ExportStore } from '../../usecases/exports/export-store.ts';
import type { DeleteExportPorts } from '../../usecases/exports/delete-export.ts';
import { openRegistry } from './open-registry.ts';
import { optional, toggle } from './param-kinds.ts';
import { clusterParams, kubeconfigDigestParam } from './params.ts';
import type { registryTlsVerifyParam } from './registry-addresses.ts';
import { ownerName } from './releases.ts';
import { showProgress } from './show-progress.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from './workspaces.ts';
import { loginReading } from './login-reading.ts';

/** Where the records of exports are. */
export const exportPlaceParams = {
  namespace: optional('Namespace of the exported applications. Empty: that of the context.'),
  context: clusterParams.context,
  ...kubeconfigDigestParam,
} as const;

/** A command about one export. */
export const exportParams = {
  export: {
    type: 'string',
    isWord: true,
    description: 'Id of the export, its tag, or the name that its user chose if no other export has it.',
  },
  ...exportPlaceParams,
} as const;

/** The confirmation that a public destination needs. */
export const confirmPublicParam = {
  'confirm-public': toggle(
    false,
    'Whether the image may be published: anyone in the world can pull and use it without authentication, and the library ' +
      'area of the application is part of it. It is needed for a repository that anyone can read, and for one that does ' +
      'not exist yet.',
  ),
} as const;

export const registryWorkspaces = {
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const;

export const exportWorkspaces = { kubeconfig: kubeconfigWorkspace } as const;
export const exportRegistryWorkspaces = { ...exportWorkspaces, ...registryWorkspaces } as const;

interface StoreInput {
  readonly params: ValuesOf<typeof exportPlaceParams>;
  readonly workspaces: { readonly kubeconfig: string | undefined };
}

/**
 * Works with the exports of a namespace, and closes the connection.
 * @throws TaskError `invalid-param` for an invalid namespace, `unknown-context`, `kubeconfig-unreadable`, what `use` throws
 */
export async function withExports<T>(
  { params, workspaces }: StoreInput,
  { environment, log, signal }: TaskContext,
  use: (store: ExportStore) => Promise<T>,
): Promise<T> {
  const { context, 'kubeconfig-digest': kubeconfigDigest } = params;
  const options = { kubeconfig: workspaces.kubeconfig, context, kubeconfigDigest, environment, log, signal };
  const namespace = await namespaceOrDefault(params.namespace, options);
  if (!isNamespaceName(namespace))
    throw new TaskError('invalid-param', `--namespace: invalid namespace ${JSON.stringify(namespace)}`, {
      remedy: 'Give the name of one namespace.',
    });
  return withCluster(options, (cluster) => use({ cluster, namespace, owner: ownerName(), now: Date.now }));
}

/** The export that a word names. @throws TaskError `invalid-param` when there is none, or several */
export async function requireExport(store: ExportStore, wanted: string): Promise<StoredExport> {
  if (wanted === '') throw unknownExport(store.namespace, wanted);
  const { exports } = await listExports(store);
  const found = selectExport(exports, wanted);
  if (found === undefined) throw unknownExport(store.namespace, wanted);
  return found;
}

interface RegistryInput {
  readonly params: ValuesOf<typeof registryTlsVerifyParam>;
  readonly workspaces: { readonly 'registry-auth': string | undefined; readonly 'ca-bundle': string | undefined };
}

/** The registries of exports, as the account and as everyone sees them. */
export interface ExportRegistries {
  readonly pull: (host: string) => Registry;
  readonly push: (host: string) => Registry;
  readonly anonymous: (host: string) => Registry;
}

/** @throws TaskError `invalid-file` for logins and authorities that cannot be read */
export async function openExportRegistries(
  { params, workspaces }: RegistryInput,
  context: TaskContext,
): Promise<ExportRegistries> {
  const caBundle = await readCaBundle(workspaces['ca-bundle']);
  const logins = joinLogins(await readLogins(workspaces['registry-auth'], loginReading(context)), undefined);
  const noLogins = joinLogins(new Map(), undefined);
  const base = { verifyTls: params['registry-tls-verify'], caBundle };
  return {
    pull: perHost((host) => openRegistry({ ...base, host, logins, access: 'pull' }, context)),
    push: perHost((host) => openRegistry({ ...base, host, logins, access: 'pull,push' }, context)),
    anonymous: perHost((host) => openRegistry({ ...base, host, logins: noLogins, access: 'pull' }, context)),
  };
}

/** One connection for each host. */
function perHost(open: (host: string) => Registry): (host: string) => Registry {
  return remember(open, String).get;
}

/** What deleting exports needs. */
export function deletePorts(
  store: ExportStore,
  { pull, anonymous }: ExportRegistries,
  { log, signal }: TaskContext,
): DeleteExportPorts {
  return { store, registry: pull, anonymous, log, sleep: sleepUntil(signal, 'deleting exports') };
}

/** What archives of exports need. Files that are unpacked are in the folder for temporary files. */
export function exportArchivePorts({ log, signal }: TaskContext) {
  const archives = createImageArchives({ temporaryFolder: tmpdir(), signal });
  return { archives, log, signal, progress: showProgress(log) };
}
