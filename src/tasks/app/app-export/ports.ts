import { hash } from 'node:crypto';
import { join } from 'node:path';

import { gunzipChart, readChartArchive, writeChartArchive } from '../../../adapters/archives/chart-archive.ts';
import { createImageArchives } from '../../../adapters/archives/image-archives.ts';
import { openHelm } from '../../../adapters/processes/helm.ts';
import { createPrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { writeImageArchive } from '../../../usecases/images/archive/write-image-archive.ts';
import { showProgress } from '../../shared/show-progress.ts';
import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { readMember, readInput } from '../../../adapters/files/read-text.ts';
import { stageFiles } from '../../../adapters/files/stage-files.ts';
import { joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { remember } from '../../../domain/core/remember.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import type { ExportPorts } from '../../../usecases/app/export-ports.ts';
import { openChartSources } from '../../shared/chart-sources.ts';
import { openClusterLogin } from '../../shared/cluster-login.ts';
import { openRegistry } from '../../shared/open-registry.ts';

export interface AppExportSettings {
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly kubeconfigDigest: string;
  readonly registryAuth: string | undefined;
  readonly chartAuth: string | undefined;
  readonly caBundle: string | undefined;
  readonly verifyTls: boolean;
  readonly tokenRegistry: string | undefined;
  /** Addresses to read images of hosts from. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Paths of the workspaces. */
  readonly app: string;
  readonly charts: string | undefined;
}

export interface OpenPorts {
  readonly ports: ExportPorts;
  readonly close: () => Promise<void>;
}

/** Builds the adapters of an export. @throws TaskError for logins and certificates that cannot be read */
export async function openPorts(
  cluster: Cluster,
  settings: AppExportSettings,
  context: TaskContext,
): Promise<OpenPorts> {
  const { log, signal, environment, noteProgram } = context;
  const caBundle = await readCaBundle(settings.caBundle);
  const { registry, close } = await openRegistries(settings, caBundle, context);
  const readFile = (path: string) => readChart(path, settings.charts);
  const sources = await openChartSources({ registry, readFile, caBundle, chartAuth: settings.chartAuth }, context);
  const folder = await createPrivateFolder();
  const archives = createImageArchives({ temporaryFolder: settings.app, signal });
  const helm = await openHelm({ folder, kubeconfig: undefined, environment, signal, log, noteProgram });
  return {
    close: async () => {
      await Promise.all([close(), folder.remove()]);
    },
    ports: {
      cluster,
      log,
      ...sources,
      gunzip: gunzipChart,
      sha1: (text) => hash('sha1', text),
      readArchive: readChartArchive,
      writeChart: writeChartArchive,
      writeImages: (images, file) =>
        writeImageArchive(images, file, { archives, log, signal, progress: showProgress(log), source: registry }),
      render: (request) => helm.template(request),
      stage: (folder) => stageFiles(settings.app, folder),
    },
  };
}

async function openRegistries(settings: AppExportSettings, caBundle: string, context: TaskContext) {
  const { registryAuth, verifyTls } = settings;
  const docker = await readLogins(registryAuth, context.log.redactor);
  const host = settings.tokenRegistry;
  const login =
    host === undefined ? undefined : await openClusterLogin({ ...settings, host, plannedUid: undefined }, context);
  const logins = joinLogins(docker, login);
  const open = (host: string): Registry => openRegistry({ host, access: 'pull', verifyTls, caBundle, logins }, context);
  const opened = remember(open, String);
  const registry = (name: string): Registry => opened.get(settings.addresses.get(name) ?? name);
  return { registry, close: async (): Promise<void> => login?.close() };
}

/** A file of the workspace with charts; on the command line, any file if there is no such workspace. */
async function readChart(path: string, folder: string | undefined): Promise<Uint8Array> {
  try {
    return await (folder === undefined ? readInput(path) : readMember(folder, path));
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw new TaskError(
      'invalid-file',
      `reading the chart ${folder === undefined ? path : join(folder, path)}: ${messageOf(error)}`,
      {
        remedy: 'Name a chart archive of the workspace charts in chart-source.',
        cause: error,
      },
    );
  }
}
