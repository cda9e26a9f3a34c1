import { connectCluster } from '../../../adapters/kube/connect.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { formatSurface, surfacePath } from '../../../domain/validate/api-surface.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { validateMove } from '../../../usecases/validate/validate-move.ts';
import { captureSurface, describeSurface } from '../../../usecases/validate/capture-surface.ts';
import { parseSteps } from '../../../domain/validate/rights.ts';
import { readAnyPlanned } from '../../../usecases/apply/read-planned.ts';
import { plannedPorts } from '../../shared/built-kustomization.ts';
import { reachRegistryWith, readSurface, sourceNamespaceOf } from './validation.ts';
import { validateParams, validateResults, validateWorkspaces } from './params.ts';

export const craneValidate = defineTask({
  name: 'crane-validate',
  summary: 'find out what would stop a move before anything is moved',
  family: 'crane',
  stage: 'validate',
  recovery: 'before-anything-is-written',
  description:
    'Compares what shall be moved with what the destination offers: kinds and versions, storage classes, quotas and limits, ' +
    'registries, and the rights of both accounts for each step of the run. Each check is an item of the report; a gap says ' +
    'what to do about it and makes the exit code 4. What cannot be told is said to be unknown. The destination is captured ' +
    'in surface.json, by which it can be judged again without the cluster. Nothing is changed.',
  examples: [
    'crane-validate --manifests-dir=export --destination-context=destination --source-context=source --source-namespace=shop --destination-namespace=shop',
    'crane-validate --manifests-dir=output --surface=validate/surface.json',
    'crane-validate --destination-context=destination --validate-dir=captured',
  ],
  params: validateParams,
  workspaces: validateWorkspaces,
  results: validateResults,
  reportIn: 'validate',
  run: async ({ params, workspaces }, context) => {
    const { log, signal, environment } = context;
    const { kubeconfig, 'ca-bundle': caBundle } = workspaces;
    const steps = parseSteps(params.steps);
    const sourceNamespace = sourceNamespaceOf(params);
    const { manifests } = workspaces;
    const planned =
      manifests === ''
        ? { resources: [], unread: [] }
        : await readAnyPlanned(openFolder(manifests), plannedPorts(context));
    const kubeconfigDigest = params['kubeconfig-digest'];
    const common = { kubeconfig, kubeconfigDigest, environment, log, signal, caBundle };
    const connect = (name: string) => connectCluster({ ...common, context: name });
    const destination = workspaces.surface === '' ? await connect(params['destination-context']) : undefined;
    const source = params['source-context'] === '' ? undefined : await connect(params['source-context']);
    try {
      const namespace = params['destination-namespace'];
      const surface = destination
        ? await captureSurface(destination, namespace)
        : await readSurface(workspaces.surface);
      log.info(describeSurface(surface));
      if (destination) await openFolder(workspaces.validate).write(surfacePath, formatSurface(surface));
      const registryOf = (side: 'source' | 'destination') => ({
        side,
        internal: params[`${side}-registry-internal`],
        public: params[`${side}-registry-public`],
        verifyTls: params[`${side}-registry-tls-verify`],
      });
      const registries = [registryOf('source'), registryOf('destination')];
      const reachRegistry = reachRegistryWith(caBundle, context);
      return await validateMove(
        { ...planned, surface, namespace, sourceNamespace, steps, registries },
        { destination, source, reachRegistry, log },
      );
    } finally {
      await Promise.all([destination?.close(), source?.close()]);
    }
  },
});
