import { connectCluster } from '../../../adapters/kube/connect.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder, openIfGiven as open } from '../../../adapters/files/local-folder.ts';
import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { reportPath } from '../../../domain/reports/report.ts';
import { readPlannedMove } from '../../../usecases/verify/read-planned-move.ts';
import { plannedPorts } from '../../shared/built-kustomization.ts';
import type { TaskName } from '../../shared/catalog.ts';
import { verifyMove } from '../../../usecases/verify/verify-move.ts';
import { openDestinationRegistry, type OpenRegistry } from '../../shared/cluster-login.ts';
import { letYoungGrowFor } from '../../../runtime/keep-heap-small.ts';
import { openUnseal } from '../../shared/sealing-key.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import type { TaskContext, TaskInput } from '../../../runtime/define-task.ts';
import type { verifyParams, verifyWorkspaces } from './params.ts';

type Input = TaskInput<typeof verifyParams, typeof verifyWorkspaces>;

export async function runVerify({ params, workspaces }: Input, context: TaskContext) {
  const { log, signal, environment } = context;
  const { kubeconfig, 'ca-bundle': caBundle, 'registry-auth': registryAuth } = workspaces;
  const planned = await readPlan(workspaces, context);
  letYoungGrowFor(planned.manifests?.resources.length ?? 0);
  const kubeconfigDigest = params['kubeconfig-digest'];
  const common = { kubeconfig, kubeconfigDigest, environment, log, signal, caBundle };
  const connect = (name: string | undefined) => connectCluster({ ...common, context: name });
  const destination = await connect(params['destination-context']);
  const opened: (OpenRegistry | Awaited<ReturnType<typeof connect>>)[] = [destination];
  const registryOptions = { ...common, context: params['destination-context'], registryAuth };
  try {
    const source = params['source-context'] === undefined ? undefined : await connect(params['source-context']);
    if (source !== undefined) opened.push(source);
    return await verifyMove(
      {
        ...planned,
        namespace: params['destination-namespace'] ?? '',
        clusterUid: params['destination-cluster-uid'],
        allowForbidden: params['allow-forbidden'],
        readySeconds: params['ready-timeout'],
        allowUnready: parseCommaList(params['allow-unready']),
      },
      {
        destination,
        source,
        log,
        yaml: yamlCodec,
        sha256: sha256Of,
        makeList: makePackedList,
        now: Date.now,
        reports: openFolder(workspaces.verify),
        unseal: openUnseal(workspaces['sealing-key'], { environment, log, signal }),
        sleep: sleepUntil(signal, 'verifying'),
        openRegistry: async (plan) => {
          const verifyTls = params['destination-registry-tls-verify'];
          const registry = await openDestinationRegistry(plan, { ...registryOptions, verifyTls }, context);
          opened.push(registry);
          return registry.registry;
        },
      },
    );
  } finally {
    await Promise.all(opened.map((one) => one.close()));
  }
}

async function readPlan(paths: Input['workspaces'], context: TaskContext) {
  const { kustomize, apply, export: exported, skopeo, transform, claims } = paths;
  const folders = { kustomize: open(kustomize), apply: open(apply), export: open(exported), skopeo: open(skopeo) };
  const folder = open(claims);
  return {
    ...(await readPlannedMove(folders, { ...plannedPorts(context), makeList: makePackedList })),
    transformFolder: open(transform),
    transfer: folder && { folder, path: reportPath('crane-transfer-pvc' satisfies TaskName) },
    readablePath: 'reports/crane-verify.md',
  };
}
