import { openFolder } from '../../../adapters/files/local-folder.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { reportPath } from '../../../domain/reports/report.ts';
import { parseSyncPlan } from '../../../domain/images/plan/parse-sync-plan.ts';
import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import { indexPath, parseExportIndex } from '../../../domain/export/export-index.ts';
import type { TaskContext, Workspace } from '../../../runtime/define-task.ts';
import { readManifests } from '../../../usecases/apply/read-manifests.ts';
import type { Folder } from '../../../domain/core/folder.ts';
import type { VerifyInput, VerifyResult } from '../../../usecases/verify/verify-move.ts';
import { readKustomization } from '../../shared/built-kustomization.ts';
import type { TaskName } from '../../shared/catalog.ts';
import { sealingKeyWorkspace } from '../../shared/sealing-key.ts';
import { commonParams, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';

export const verifyParams = {
  'destination-context': sideParams.context('destination', 'Empty: the current context.'),
  'destination-namespace': sideParams.namespace(
    'destination',
    'All namespaced resources were applied to it. Empty: each to the namespace in its manifest.',
  ),
  'destination-cluster-uid': commonParams['destination-cluster-uid'],
  'source-context': sideParams.context(
    'source',
    'What changed there since the export is reported. Empty: the source is not read.',
  ),
  'allow-forbidden': commonParams['allow-forbidden'],
  'ready-timeout': commonParams['ready-timeout'],
  'allow-unready': commonParams['allow-unready'],
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
  ...kubeconfigDigestParam,
} as const;

export const verifyWorkspaces = {
  verify: {
    flag: 'verify-dir',
    defaultPath: 'verify',
    description: 'The folder that gets the reports.',
  },
  kustomize: folderOf('kustomize-dir', 'The kustomization that was applied: it is built anew. It wins over apply.'),
  apply: folderOf('output-dir', 'The final manifests, as crane-apply wrote them.'),
  export: folderOf('export-dir', 'The export, for what got lost on the way and what changed at the source.'),
  transform: folderOf('transform-dir', 'What crane-transform wrote, for what was left out on purpose.'),
  skopeo: folderOf('skopeo-dir', 'The folder with plan.json of crane-skopeo-sync-gen.'),
  claims: folderOf('claims-dir', 'The folder with reports/crane-transfer-pvc.json.'),
  kubeconfig: kubeconfigWorkspace,
  'sealing-key': sealingKeyWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Readonly<Record<string, Workspace>>;

export const verifyResults: Readonly<Record<VerifyResult, string>> = {
  'verified-count': 'Number of checks that found everything as planned. No newline.',
  'different-count': 'Number of objects, tags, containers and claims with another content than planned. No newline.',
  'missing-count': 'Number of planned objects, tags and claims that are not there. No newline.',
  'not-ready-count': 'Number of workloads that are not ready. No newline.',
  'image-count': 'Number of image tags that mean the planned digest. No newline.',
  'drift-count': 'Number of objects at the source that changed since the export. No newline.',
};

type Planned = Omit<
  VerifyInput,
  'readablePath' | 'namespace' | 'clusterUid' | 'allowForbidden' | 'readySeconds' | 'allowUnready'
>;
type Folders = Readonly<Record<keyof typeof verifyWorkspaces, string>>;

/**
 * Reads what was planned from the folders that are bound.
 * @throws TaskError `invalid-file`
 */
export async function readPlanned(folders: Folders, context: TaskContext): Promise<Planned> {
  const [transformFolder, applyFolder, claims] = [folders.transform, folders.apply, folders.claims].map(open);
  return {
    manifests: await readFinalManifests(folders, context),
    plan: await readPlan(open(folders.skopeo)),
    exported: await readExportIndex(open(folders.export)),
    transformFolder,
    applyFolder,
    transfer: claims && { folder: claims, path: reportPath('crane-transfer-pvc' satisfies TaskName) },
  };
}

async function readFinalManifests(folders: Folders, context: TaskContext): Promise<VerifyInput['manifests']> {
  if (folders.kustomize !== '') {
    return { resources: await readKustomization(folders.kustomize, context), unread: [] };
  }
  if (folders.apply === '') return undefined;
  const folder = openFolder(folders.apply);
  const { files, items } = await readManifests({ folder, indexDigest: '' }, { yaml: yamlCodec, sha256: sha256Of });
  return { resources: files.flatMap(({ resources }) => resources), unread: items };
}

async function readPlan(folder: Folder | undefined): Promise<SyncPlan | undefined> {
  const text = await folder?.read('plan.json');
  return folder === undefined || text === undefined ? undefined : parseSyncPlan(text, `${folder.path}/plan.json`);
}

async function readExportIndex(folder: Folder | undefined): Promise<VerifyInput['exported']> {
  if (folder === undefined) return undefined;
  const text = await folder.read(indexPath);
  if (text !== undefined) return { index: parseExportIndex(text), folder };
  throw new TaskError('invalid-file', `reading the export in ${folder.path}: ${indexPath} is missing`, {
    remedy: 'Give the folder that crane-export wrote, or leave the workspace export unbound.',
  });
}

function open(path: string): Folder | undefined {
  return path === '' ? undefined : openFolder(path);
}

function folderOf(flag: string, description: string) {
  return { flag, optional: true, readOnly: true, description } as const;
}
