import { arch } from 'node:os';
import { join } from 'node:path';

import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { openInputFolder } from '../../../adapters/files/local-folder.ts';
import { listMounted, readCaBundle } from '../../../adapters/files/read-mounted.ts';
import { replaceSharedFiles } from '../../../adapters/files/shared-files.ts';
import { connectRegistry } from '../../../adapters/registry/connect-registry.ts';
import type { DockerLogins } from '../../../adapters/registry/docker-config.ts';
import { findLoginEntry, formatDockerConfig, joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import { parseAssignments } from '../../../domain/app/assignments.ts';
import { checkVariableName, type BuildEnvironment } from '../../../domain/build/build-environment.ts';
import { isPlainRegistry } from '../../../domain/build/plain-registry.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { ImageLocation } from '../../../domain/oci/image-location.ts';
import { checkSourcePath } from '../../../domain/source/source-path.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import type { OpenedRepository } from '../../../usecases/build/check-images.ts';
import type { Access, LifecycleLogins, PreparePorts } from '../../../usecases/build/prepare-build.ts';
import { loginReading } from '../../shared/login-reading.ts';

interface PrepareSettings {
  readonly insecureRegistry: string | undefined;
  readonly workspaces: {
    readonly 'registry-auth': string | undefined;
    readonly 'ca-bundle': string | undefined;
    readonly 'platform-env': string;
    readonly 'lifecycle-auth': string;
    readonly prepared: string;
    readonly 'account-secrets': string | undefined;
  };
}

/** Name of the file for the last step. */
export const builderFile = 'builder';

/** The environment of the build: files of a folder, and the variables of a param, which win. */
export async function readBuildEnvironment(text: string, folder: string | undefined): Promise<BuildEnvironment> {
  const variables = new Map<string, string>();
  if (folder !== undefined) {
    const files = openInputFolder(folder);
    for (const name of await files.list()) {
      checkVariableName(name);
      variables.set(name, (await files.read(name)) ?? '');
    }
  }
  for (const { name, value } of parseAssignments(text, 'environment')) {
    checkVariableName(name);
    variables.set(name, value);
  }
  return variables;
}

/** @throws TaskError `invalid-file` when there is nothing to build */
export async function assertSource(source: string, appFolder: string): Promise<void> {
  const folder = join(source, checkSourcePath(appFolder, 'app-folder'));
  if (((await listMounted(folder)) ?? []).length > 0) return;
  throw new TaskError('invalid-file', `looking for the files of the application: ${folder} is empty`, {
    remedy: 'Run source-unpack before, with the same workspace and the same param app-folder.',
  });
}

/** The adapters of the first step of a build. Throws TaskError `invalid-file` for logins and authorities. */
export async function createPreparePorts(
  { insecureRegistry, workspaces }: PrepareSettings,
  context: TaskContext,
): Promise<PreparePorts> {
  const { log, signal } = context;
  const logins = await readLogins(workspaces['registry-auth'], loginReading(context));
  const caBundle = await readCaBundle(workspaces['ca-bundle']);
  const openWith = openerOf({ caBundle, insecureRegistry }, context);
  const secrets = workspaces['account-secrets'];
  return {
    log,
    pause: sleepUntil(signal, 'checking images'),
    // Names of processors in Go, as image configurations have them.
    platform: `linux/${arch() === 'x64' ? 'amd64' : arch()}`,
    open: (location) => openWith(location, logins, 'pull'),
    lifecycleLogins: (images): LifecycleLogins => {
      const own = chooseLogins(logins, images);
      return {
        open: (location, access) => openWith(location, own, access),
        write: () => writeLogins(workspaces['lifecycle-auth'], own, caBundle),
      };
    },
    secretsOfAccount: async () => (secrets === undefined ? [] : topNames(await openInputFolder(secrets).list())),
    writeEnvironment: (variables) => replaceSharedFiles(workspaces['platform-env'], variables),
    keepBuilder: (name) => replaceSharedFiles(workspaces.prepared, new Map([[builderFile, name]])),
  };
}

/** The lifecycle has one login for each registry: that of the first image which has one. */
function chooseLogins(logins: DockerLogins, images: readonly ImageLocation[]): DockerLogins {
  const chosen = new Map<string, ReturnType<typeof findLoginEntry>>();
  for (const { host, path } of images) chosen.set(host, chosen.get(host) ?? findLoginEntry(logins, host, path));
  return new Map([...chosen].flatMap(([host, found]) => (found === undefined ? [] : [[host, found.login] as const])));
}

interface Trust {
  /** PEM; empty for none. */
  readonly caBundle: string;
  readonly insecureRegistry: string | undefined;
}

function openerOf(trust: Trust, context: TaskContext) {
  return (location: ImageLocation, docker: DockerLogins, access: Access): OpenedRepository => {
    const { host, path } = location;
    const entry = findLoginEntry(docker, host, path);
    const loginSource = entry === undefined ? 'no login' : `the login for ${entry.key} of the workspace registry-auth`;
    const connect = () => connectAsLifecycle({ host, docker, ...trust }, context);
    return { registry: createRegistry({ host, access, connect }), loginSource };
  };
}

interface Connection extends Trust {
  readonly host: string;
  readonly docker: DockerLogins;
}

/** Plain HTTP where the lifecycle would use it. As the lifecycle does, certificates are verified wherever there is TLS. */
async function connectAsLifecycle(
  { host, docker, caBundle, insecureRegistry }: Connection,
  { log, signal, environment }: TaskContext,
) {
  const pause = sleepUntil(signal, `reaching ${host}`);
  const own = { host, caBundle, logins: joinLogins(docker, undefined), environment, log, signal, pause };
  if (host !== insecureRegistry && !isPlainRegistry(host)) return connectRegistry({ ...own, verifyTls: true });
  const connection = await connectRegistry({ ...own, verifyTls: false });
  return connection.origin.protocol === 'https:' ? connectRegistry({ ...own, verifyTls: true }) : connection;
}

async function writeLogins(folder: string, logins: DockerLogins, caBundle: string): Promise<void> {
  await replaceSharedFiles(folder, new Map([['config.json', formatDockerConfig(logins)]]));
  if (caBundle !== '') await replaceSharedFiles(join(folder, 'ca'), new Map([['registries.pem', caBundle]]));
}

function topNames(files: readonly string[]): readonly string[] {
  return [...new Set(files.map((file) => file.split('/')[0] ?? file))];
}
