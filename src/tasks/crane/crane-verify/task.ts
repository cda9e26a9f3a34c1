import { connectCluster } from '../../../adapters/kube/connect.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { reportPath } from '../../../domain/reports/report.ts';
import { readPlannedMove } from '../../../usecases/verify/read-planned-move.ts';
import { plannedPorts } from '../../shared/built-kustomization.ts';
import type { TaskName } from '../../shared/catalog.ts';
import { verifyMove } from '../../../usecases/verify/verify-move.ts';
import { staysBehind } from '../../../usecases/verify/stays-behind.ts';
import { openDestinationRegistry, type OpenRegistry } from '../../shared/destination-registry.ts';
import { openUnseal } from '../../shared/sealing-key.ts';
import { sleepUntil } from '../../shared/sleep.ts';
import { verifyParams, verifyResults, verifyWorkspaces } from './params.ts';

export const craneVerify = defineTask({
  name: 'crane-verify',
  summary: 'prove a move: compare both clusters with what was planned',
  family: 'crane',
  stage: 'verify',
  recovery: 'verifying',
  description:
    'Reads the destination again and compares it with what was planned, as far as it is given: each final manifest is there ' +
    'with its content, each image tag has its digest, each container runs it, data of claims is equal, workloads are ready, ' +
    'no exported object got lost on the way. With source-context the source is read again too, and what changed since the ' +
    'export is shown. Nothing is written to a cluster: where an object differs, the server is asked by a dry run. Each ' +
    'difference is in the report, and with a diff in reports/crane-verify.md; one makes the exit code 4.',
  examples: [
    'crane-verify --destination-context=destination --kustomize-dir=kustomize --skopeo-dir=skopeo --verify-dir=verify',
    'crane-verify --destination-context=destination --source-context=source --export-dir=export --transform-dir=transform --output-dir=output',
  ],
  params: verifyParams,
  workspaces: verifyWorkspaces,
  results: verifyResults,
  reportIn: 'verify',
  run: async ({ params, workspaces }, context) => {
    const { log, signal, environment } = context;
    const { kubeconfig, 'ca-bundle': caBundle, 'registry-auth': registryAuth } = workspaces;
    const open = (path: string) => (path === '' ? undefined : openFolder(path));
    const folders = {
      kustomize: open(workspaces.kustomize),
      apply: open(workspaces.apply),
      export: open(workspaces.export),
      skopeo: open(workspaces.skopeo),
    };
    const planned = await readPlannedMove(folders, plannedPorts(context));
    const claims = open(workspaces.claims);
    const kubeconfigDigest = params['kubeconfig-digest'];
    const common = { kubeconfig, kubeconfigDigest, environment, log, signal, caBundle };
    const connect = (name: string) => connectCluster({ ...common, context: name });
    const destination = await connect(params['destination-context']);
    const opened: (OpenRegistry | Awaited<ReturnType<typeof connect>>)[] = [destination];
    const registryOptions = {
      context: params['destination-context'],
      kubeconfig,
      kubeconfigDigest,
      registryAuth,
      caBundle,
    };
    try {
      const source = params['source-context'] === '' ? undefined : await connect(params['source-context']);
      if (source !== undefined) opened.push(source);
      return await verifyMove(
        {
          ...planned,
          transformFolder: open(workspaces.transform),
          transfer: claims && { folder: claims, path: reportPath('crane-transfer-pvc' satisfies TaskName) },
          readablePath: 'reports/crane-verify.md',
          namespace: params['destination-namespace'],
          clusterUid: params['destination-cluster-uid'],
          allowForbidden: params['allow-forbidden'],
          readySeconds: params['ready-timeout'],
          allowUnready: parseCommaList(params['allow-unready']),
        },
        {
          ...{ destination, source, staysBehind, log, yaml: yamlCodec, sha256: sha256Of, now: Date.now },
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
  },
});
