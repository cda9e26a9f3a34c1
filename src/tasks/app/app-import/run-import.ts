import { readFile } from 'node:fs/promises';

import { readChartArchive } from '../../../adapters/archives/chart-archive.ts';
import { createImageArchives } from '../../../adapters/archives/image-archives.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { readLogins } from '../../../adapters/registry/logins.ts';
import { editValues } from '../../../adapters/yaml/edit-values.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { parseDomainMapping } from '../../../domain/app/route-values.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { importApplication, type ImportRequest } from '../../../usecases/app/import-application.ts';
import { parseIfExists } from '../../../usecases/images/copy/check-destination.ts';
import { openDestination, parseImageTarget } from '../../shared/image-target.ts';
import { openExported } from '../../shared/exported-folder.ts';
import { showProgress } from '../../shared/show-progress.ts';
import { limitsOf, releaseId, withReleases } from '../../shared/releases.ts';
import type { appImportParams } from './params.ts';

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
    const { log, signal } = context;
    const registry = openDestination(
      {
        host: target.host,
        verifyTls: params['destination-registry-tls-verify'],
        logins: await readLogins(workspaces['registry-auth'], log.redactor),
        caBundle: await readCaBundle(workspaces['ca-bundle']),
      },
      context,
    );
    const archive = {
      archives: createImageArchives({ temporaryFolder: workspaces.app, signal }),
      log,
      signal,
      progress: showProgress(log),
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
    return importApplication(request, {
      archive,
      push: { ...archive, destination: () => registry, pause: sleepUntil(signal, 'pushing images') },
      chart: { yaml: yamlCodec, readArchive: readChartArchive },
      readBytes: (path) => readFile(path),
      release,
      editValues,
      yaml: yamlCodec,
    });
  });
}
