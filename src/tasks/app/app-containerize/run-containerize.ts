import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { parseSecretNames } from '../../../domain/volumes/transfer-values.ts';
import { isRegistryHost, isRepositoryPath } from '../../../domain/oci/image-location.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { keepHeapSmall } from '../../../runtime/keep-heap-small.ts';
import { containerizeApplication } from '../../../usecases/containerize/containerize-application.ts';
import type { ContainerizeOutcome, ContainerizeRequest } from '../../../usecases/containerize/ports.ts';
import type { appContainerizeParams } from './params.ts';
import { withPorts, type ContainerizeWorkspaces } from './open-ports.ts';

type Values = ValuesOf<typeof appContainerizeParams>;

/** Makes an image with the adapters of a run. */
export function runContainerize(
  { params, workspaces }: { readonly params: Values; readonly workspaces: ContainerizeWorkspaces },
  context: TaskContext,
): Promise<ContainerizeOutcome> {
  const request = parseRequest(params);
  return keepHeapSmall(() =>
    withPorts({ params, workspaces }, context, ({ namespace, ports }) =>
      containerizeApplication({ ...request, namespace }, ports),
    ),
  );
}

/** @throws TaskError `invalid-param` */
function parseRequest(params: Values): Omit<ContainerizeRequest, 'namespace'> {
  const destination = { host: params['destination-registry'], path: params['destination-path'] };
  if (!isRegistryHost(destination.host) || !isRepositoryPath(destination.path)) {
    const name = JSON.stringify(`${destination.host}/${destination.path}`);
    throw new TaskError('invalid-param', `reading parameters: ${name} is not a repository of a registry`, {
      remedy: 'Give a host with an optional port, and a path in lower case such as team/exports.',
    });
  }
  return {
    workload: params.workload,
    container: params.container,
    profile: params.profile,
    destination: { host: destination.host.toLowerCase(), path: destination.path },
    exportName: params['export-name'],
    includeWorkspace: params['include-workspace'],
    includePaths: parsePaths(params, 'include-paths'),
    excludePaths: parsePaths(params, 'exclude-paths'),
    denyVariables: parseCommaList(params['deny-variables']),
    allowVariables: parseCommaList(params['allow-variables']),
    confirmPublic: params['confirm-public'],
    allowIncomplete: params['allow-incomplete'],
    groupRights: params['group-rights'],
    fileTimes: parseChoice(params['file-times'], ['kept'], 'fixed'),
    othersRights: params['others-rights'],
    snapshots: parseChoice(params.snapshots, ['if-possible', 'required'], 'none'),
    snapshotClass: params['snapshot-class'] ?? '',
    readClaims: parseChoice(params['read-claims'], ['container', 'pod'], 'auto'),
    debugContainer: params['debug-container'],
    readerImage: params['reader-image'],
    pullSecrets: parseSecretNames('image-pull-secrets', params['image-pull-secrets']),
    startSeconds: params['start-timeout'],
    retries: params.retries,
    dryRun: params['dry-run'],
  };
}

/** The runtime has checked that the text is one of the choices. */
function parseChoice<const C extends string, const D extends string>(
  text: string,
  others: readonly C[],
  usual: D,
): C | D {
  return others.find((each) => each === text) ?? usual;
}

/** @throws TaskError `invalid-param` */
function parsePaths(params: Values, name: 'include-paths' | 'exclude-paths'): readonly string[] {
  const paths = parseCommaList(params[name]).map(
    (path) =>
      path
        .split('/')
        .filter((part, at) => at === 0 || part !== '')
        .join('/') || path,
  );
  const wrong = paths.find((path) => !path.startsWith('/') || path.split('/').includes('..'));
  if (wrong === undefined) return paths;
  throw new TaskError('invalid-param', `--${name}: expected absolute paths, got ${JSON.stringify(wrong)}`, {
    remedy: 'Write the paths as the plan of --dry-run=true shows them.',
  });
}
