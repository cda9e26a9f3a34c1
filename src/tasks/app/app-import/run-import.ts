import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import { parseDomainMapping } from '../../../domain/app/route-values.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { importApplication, type ImportRequest } from '../../../usecases/app/import-application.ts';
import { parseIfExists } from '../../../usecases/images/copy/check-destination.ts';
import { parseImageTarget } from '../../shared/image-target.ts';
import { exportedPorts, openExported } from '../../shared/exported-folder.ts';
import { limitsOf, releaseId } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';
import type { appImportParams } from './params.ts';
import { loginReading } from '../../shared/login-reading.ts';

type Values = ValuesOf<typeof appImportParams>;

interface ImportInput {
  readonly params: Values;
  readonly workspaces: {
    readonly app: string;
    readonly kubeconfig: string | undefined;
    readonly 'registry-auth': string | undefined;
    readonly 'ca-bundle': string | undefined;
  };
}

/** Imports an application with the adapters of a run. */
export function runImport({ params, workspaces }: ImportInput, context: TaskContext) {
  const target = parseImageTarget(params);
  const domains = parseDomainMapping(params.domains);
  return withReleases({ params, workspaces }, context, async ({ namespace, ports: release }) => {
    const destination = {
      host: target.host,
      verifyTls: params['destination-registry-tls-verify'],
      logins: joinLogins(await readLogins(workspaces['registry-auth'], loginReading(context)), undefined),
      caBundle: await readCaBundle(workspaces['ca-bundle']),
    };
    const request: ImportRequest = {
      ...releaseId(namespace, params.release),
      limits: limitsOf(params),
      dryRun: params['dry-run'],
      folder: await openExported(workspaces.app, params.release),
      target,
      domains,
      appName: params['app-name'],
      ifExists: parseIfExists(params['if-exists']),
    };
    return importApplication(request, { ...exportedPorts(workspaces.app, destination, context), release });
  });
}
