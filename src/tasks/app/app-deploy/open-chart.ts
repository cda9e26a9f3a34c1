import { stat } from 'node:fs/promises';
import { isAbsolute, normalize, resolve } from 'node:path';

import { sha256Of } from '../../../adapters/files/digest.ts';
import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { createDownload } from '../../../adapters/http/download.ts';
import type { PrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { largestChart } from '../../../domain/helm/chart-files.ts';
import { parseImageReference } from '../../../domain/oci/image-location.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { findChart } from '../../../usecases/app/find-chart.ts';
import { openRegistry } from '../../shared/open-registry.ts';
import { applicationChart } from './application-chart.ts';

interface ChartPlace {
  /** As the user names it; undefined: the chart of this program. */
  readonly source: string | undefined;
  /** Workspaces, as paths. */
  readonly charts: string | undefined;
  readonly registryAuth: string | undefined;
  readonly caBundle: string | undefined;
  readonly verifyTls: boolean;
}

/**
 * The path of a chart for helm. A chart from elsewhere is copied into a folder of the run first.
 * @throws TaskError `invalid-param`, `invalid-file`, and what findChart throws
 */
export async function openChart(place: ChartPlace, folder: PrivateFolder, context: TaskContext): Promise<string> {
  const { source } = place;
  if (source === undefined) return writeOwnChart(folder);
  if (!source.includes('://')) return findFile(source, place);
  assertOneChart(source);
  const ports = await openPorts(place, context);
  const found = await findChart(source, { name: '', version: '' }, ports);
  context.log.info(`chart ${found.source}`);
  await folder.write('chart.tgz', found.bytes);
  return folder.pathOf('chart.tgz');
}

/** It is part of the program, so that it is found wherever the program is. */
async function writeOwnChart(folder: PrivateFolder): Promise<string> {
  for (const [path, text] of Object.entries(applicationChart)) await folder.write(`application/${path}`, text);
  return folder.pathOf('application');
}

async function findFile(source: string, { charts }: ChartPlace): Promise<string> {
  const isOutside = isAbsolute(source) || normalize(source).startsWith('..');
  if (charts !== undefined && isOutside) throw refuse(source, 'it is outside the workspace charts');
  const path = charts === undefined ? resolve(source) : resolve(charts, source);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw refuse(source, `there is no file or folder ${path}`);
  return path;
}

/** Without a version, a registry or repository could give another chart each time. */
function assertOneChart(source: string): void {
  if (source.startsWith('oci://')) {
    const { tag, digest } = parseImageReference(source.slice('oci://'.length)) ?? {};
    if (tag === undefined && digest === undefined) throw refuse(source, 'expected a version after the name');
  } else if (!/^https?:\/\/[^?#]*\.(?:tgz|tar\.gz)(?:[?#]|$)/.test(source)) {
    throw refuse(source, 'expected oci://, or the URL of a .tgz archive');
  }
}

async function openPorts({ registryAuth, caBundle: bundle, verifyTls }: ChartPlace, context: TaskContext) {
  const { log, signal, environment } = context;
  const caBundle = await readCaBundle(bundle);
  const logins = joinLogins(await readLogins(registryAuth, log.redactor), undefined);
  return {
    registry: (host: string) => openRegistry({ host, access: 'pull', verifyTls, caBundle, logins }, context),
    download: createDownload({ caBundle, environment, signal, mostBytes: largestChart }),
    readFile: () => Promise.reject(new Error('reading a chart: expected a URL')),
    yaml: yamlCodec,
    sha256: sha256Of,
  };
}

function refuse(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading chart ${JSON.stringify(source)}: ${why}`, {
    remedy: 'Give oci://host/path/name:version, the URL of an archive, or a file or folder of the workspace charts.',
  });
}
