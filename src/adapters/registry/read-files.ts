import { join } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { listMounted, readMounted } from '../files/read-mounted.ts';
import { parseDockerConfig, type DockerLogins } from './logins.ts';

const configNames = ['config.json', '.dockerconfigjson'];

/** Reads registry logins from a file, or from a folder as a Secret volume makes it. Throws TaskError `invalid-file`. */
export async function readLogins(path: string | undefined, redactor: Redactor): Promise<DockerLogins> {
  if (path === undefined) return new Map();
  const names = await listMounted(path);
  if (names === undefined) return parseDockerConfig(await readMounted(path), path, redactor);
  const name = configNames.find((candidate) => names.includes(candidate));
  if (name !== undefined) return parseDockerConfig(await readMounted(path, name), join(path, name), redactor);
  throw new TaskError('invalid-file', `looking for ${configNames.join(' or ')} in ${path}: there is no such file`, {
    remedy: 'Bind a Secret of type kubernetes.io/dockerconfigjson, or leave the workspace out.',
  });
}
