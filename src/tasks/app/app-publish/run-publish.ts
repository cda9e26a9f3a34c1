import { compress } from '../../../adapters/archives/compress.ts';
import { writeChartArchive } from '../../../adapters/archives/chart-archive.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { parseDockerConfig, type DockerLogins } from '../../../adapters/registry/docker-config.ts';
import { joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { findExportRegistry } from '../../../usecases/app/find-export-registry.ts';
import { publishApplication, type PublishRequest } from '../../../usecases/app/publish-application.ts';
import { parseIfExists } from '../../../usecases/images/copy/check-destination.ts';
import { exportedPorts, openExported } from '../../shared/exported-folder.ts';
import { withRegistryStore } from '../../shared/export-registries.ts';
import { parseImageTarget } from '../../shared/image-target.ts';
import type { appPublishParams } from './params.ts';
import { loginReading } from '../../shared/login-reading.ts';

interface PublishInput {
  readonly params: ValuesOf<typeof appPublishParams>;
  readonly workspaces: {
    readonly app: string;
    readonly kubeconfig: string | undefined;
    readonly 'registry-auth': string | undefined;
    readonly 'ca-bundle': string | undefined;
  };
}

/** Publishes an application with the adapters of a run. */
export async function runPublish(input: PublishInput, context: TaskContext) {
  const { params, workspaces } = input;
  const { target, logins, ...registry } = await findDestination(input, context);
  const request: PublishRequest = {
    folder: await openExported(workspaces.app, params.release),
    target,
    names: {
      namespace: params.namespace,
      chartName: params['chart-name'],
      chartVersion: params['chart-version'],
      imageName: params['image-name'],
      imageTag: params['image-tag'],
    },
    ifExists: parseIfExists(params['if-exists']),
    dryRun: params['dry-run'],
  };
  return publishApplication(request, {
    ...exportedPorts(workspaces.app, { ...registry, logins: joinLogins(logins, undefined) }, context),
    compress,
    writeChart: writeChartArchive,
    digestOf: sha256Of,
  });
}

interface Destination {
  readonly target: PublishRequest['target'];
  readonly host: string;
  readonly logins: DockerLogins;
  /** PEM; empty for none. */
  readonly caBundle: string;
  readonly verifyTls: boolean;
}

/** @throws TaskError `invalid-param` unless exactly one destination is given */
async function findDestination({ params, workspaces }: PublishInput, context: TaskContext): Promise<Destination> {
  const { registry: name, 'destination-registry': host } = params;
  if ((name === undefined) === (host === undefined)) throw notOne(name === undefined ? 'none' : 'both');
  const verifyTls = params['destination-registry-tls-verify'];
  const ownAuthorities = await readCaBundle(workspaces['ca-bundle']);
  const { redactor } = context.log;
  if (host !== undefined) {
    const target = parseImageTarget({ ...params, 'destination-registry': host });
    const logins = await readLogins(workspaces['registry-auth'], loginReading(context));
    return { target, host, logins, caBundle: ownAuthorities, verifyTls };
  }
  const found = await withRegistryStore({ params, workspaces }, context, (store) =>
    findExportRegistry(store, name ?? ''),
  );
  const path = [found.namespace, params['destination-path'] ?? ''].filter((part) => part !== '').join('/');
  const target = parseImageTarget({ ...params, 'destination-registry': found.host, 'destination-path': path });
  const logins = parseDockerConfig(found.dockerConfig, `Secret ${found.name}`, redactor);
  return { target, host: found.host, logins, caBundle: ownAuthorities + found.certificates, verifyTls };
}

function notOne(given: 'none' | 'both'): TaskError {
  return new TaskError(
    'invalid-param',
    `choosing the destination: expected exactly one of --registry and --destination-registry, got ${given}`,
    { remedy: 'Give the name of a registry of `crane-tasks app registries list`, or the address of a registry.' },
  );
}
