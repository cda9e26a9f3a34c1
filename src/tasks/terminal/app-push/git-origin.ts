import { withCluster } from '../../../adapters/kube/connect.ts';
import { createPrivateFolder, type PrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { readGitConfig, type GitConfig } from '../../../domain/git/git-config.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import type { SourceReader } from '../../../domain/source/source-list.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import { withGitSource } from '../../shared/git-source.ts';
import type { GitPushOrigin, PushInput } from './plan-push.ts';

interface GitPush {
  readonly origin: GitPushOrigin;
  readonly rules: { readonly patterns: readonly string[]; readonly useGitignore: boolean };
  readonly input: PushInput;
}

/** Does something with a commit as a source, with the login that the user or Epinio has for it. @throws TaskError */
export async function withGitOrigin<T>(
  { origin, rules, input }: GitPush,
  context: TaskContext,
  use: (source: SourceReader) => Promise<T>,
): Promise<T> {
  const { 'git-credentials': given, 'ca-bundle': caBundle } = input.workspaces;
  const options = { ...origin, ...rules, path: '', caBundle };
  if (given !== undefined || origin.config === undefined)
    return withGitSource({ ...options, credentials: given }, context, use);
  const config = await findGitConfig(origin.config, { origin, input }, context);
  const folder = await createPrivateFolder();
  try {
    const credentials = await writeLogin(folder, config);
    return await withGitSource({ ...options, credentials }, context, async (source) => {
      // The run is followed for hours, and the commit is here.
      await folder.remove();
      return use(source);
    });
  } finally {
    await folder.remove();
  }
}

async function findGitConfig(
  name: string,
  { origin, input: { params, workspaces } }: Pick<GitPush, 'origin' | 'input'>,
  { environment, log, signal }: TaskContext,
): Promise<GitConfig> {
  const { context, 'kubeconfig-digest': kubeconfigDigest, 'system-namespace': namespace } = params;
  const options = { kubeconfig: workspaces.kubeconfig, context, kubeconfigDigest, environment, log, signal };
  const ref = { kind: knownKinds.secrets, namespace, name };
  const secret = await withCluster(options, (cluster) => findObject(cluster, ref));
  if (secret === undefined)
    throw new TaskError('invalid-param', `reading Secret ${namespace}/${name} of git-config: it does not exist`, {
      remedy: 'Create the Git configuration, name another one with --git-config, or give --git-credentials.',
    });
  const config = readGitConfig(secret, origin.remote, log.redactor);
  if (config.skipsVerification)
    log.warn(`skipSSL of Secret ${namespace}/${name} has no effect: the certificate of the server is verified`);
  return config;
}

/** As a mounted Secret of the type kubernetes.io/basic-auth. */
async function writeLogin(folder: PrivateFolder, { username, password, certificates }: GitConfig): Promise<string> {
  await folder.write('username', username);
  if (password !== undefined) await folder.write('password', password.reveal());
  if (certificates !== '') await folder.write('ca.crt', certificates);
  return folder.pathOf('.');
}
