import { join } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import type { AskHelper } from '../../domain/oci/credential-helper.ts';
import { listMounted, readMounted } from '../files/read-mounted.ts';
import { invalidLogins, readDockerConfig, tokenUser, type DockerLogins, type Login } from './docker-config.ts';

/** The logins of one side of a copy. */
export interface Logins {
  /** Login for a repository in force now; a renewed token shows here. */
  find(host: string, path: string): Promise<Login | undefined>;
  /** Text of an auth file as containers-auth.json(5) has it, with the login for this repository and no other one. */
  authFile(host: string, path: string): Promise<string>;
  /** Called when a login was refused: the next ones are read again from where they come from. */
  renew(): Promise<void>;
}

/** A token of a cluster that is good for one registry. */
export interface ClusterLogin {
  readonly host: string;
  readonly token: () => Promise<Secret>;
  readonly renew: () => Promise<void>;
}

/** Joins what a Docker config has with the token of a cluster; the config wins where both know a registry. */
export function joinLogins(docker: DockerLogins, cluster: ClusterLogin | undefined): Logins {
  async function clusterLogin(): Promise<Login | undefined> {
    return cluster && { username: tokenUser, password: await cluster.token() };
  }
  return {
    async find(host, path) {
      const own = findDockerLogin(docker, host, path);
      return own ?? (cluster?.host === host ? clusterLogin() : undefined);
    },
    async authFile(host, path) {
      const own = findEntry(docker, host, path);
      if (own !== undefined) return formatAuths([[own.key, own.login]]);
      const login = cluster?.host === host ? await clusterLogin() : undefined;
      return formatAuths(login === undefined ? [] : [[host, login]]);
    },
    renew: async () => cluster?.renew(),
  };
}

function formatAuths(entries: readonly (readonly [key: string, login: Login])[]): string {
  const usable = entries.filter(([, login]) => login.unusable === undefined);
  const auths = usable.map(([key, login]) => {
    const token = login.identityToken;
    return [key, { auth: encodeLogin(login), ...(token && { identitytoken: token.reveal() }) }] as const;
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** Text of a Docker config.json, for programs that know the Docker Hub by the address that Docker uses. */
export function formatDockerConfig(logins: DockerLogins): string {
  return formatAuths(
    [...logins].map(([key, login]) => [key === 'docker.io' ? 'https://index.docker.io/v1/' : key, login] as const),
  );
}

/** Logins of which the second ones win for the whole of their registries, or of the paths that their keys have. */
export function overrideLogins(docker: DockerLogins, winners: DockerLogins): DockerLogins {
  const isBelow = (key: string): boolean => [...winners.keys()].some((winner) => `${key}/`.startsWith(`${winner}/`));
  const kept = [...docker].filter(([key]) => !isBelow(key));
  return new Map([...kept, ...winners]);
}

/** The value of an Authorization header of the scheme Basic, without the scheme. */
export function encodeLogin({ username, password, encoded }: Login): string {
  return encoded?.reveal() ?? Buffer.from(`${username}:${password.reveal()}`).toString('base64');
}

function findDockerLogin(logins: DockerLogins, host: string, path: string): Login | undefined {
  return findLoginEntry(logins, host, path)?.login;
}

interface LoginEntry {
  readonly key: string;
  readonly login: Login;
}

/**
 * The login for a repository and its key: the host, perhaps with a path.
 * @throws TaskError for an entry that cannot be used
 */
export function findLoginEntry(logins: DockerLogins, host: string, path: string): LoginEntry | undefined {
  const found = findEntry(logins, host, path);
  if (found?.login.unusable !== undefined) throw found.login.unusable;
  return found;
}

function findEntry(logins: DockerLogins, host: string, path: string): LoginEntry | undefined {
  const parts = [host, ...path.split('/')];
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('/');
    const login = logins.get(key);
    if (login !== undefined) return { key, login };
  }
  return undefined;
}

/**
 * The login for one host, `base64(user:password)`.
 * @throws TaskError `invalid-file` when the file has none
 */
export async function findLogin(path: string, host: string, reading: LoginReading): Promise<Secret> {
  const login = findDockerLogin(await readLogins(path, reading), host, '');
  if (login !== undefined) return reading.redactor.secret(encodeLogin(login));
  throw invalidLogins(path, `it has no login for ${host}`);
}

const configNames = ['config.json', '.dockerconfigjson', '.dockercfg'];

/** How the logins of a file are read. */
export interface LoginReading {
  readonly redactor: Redactor;
  readonly askHelper: AskHelper;
}

/**
 * Reads registry logins from a file, or from a folder as a Secret volume makes it.
 * @throws TaskError `invalid-file`
 */
export async function readLogins(path: string | undefined, reading: LoginReading): Promise<DockerLogins> {
  if (path === undefined) return new Map();
  const names = await listMounted(path);
  if (names === undefined) return readDockerConfig(await readMounted(path), { source: path, ...reading });
  const name = configNames.find((candidate) => names.includes(candidate));
  if (name !== undefined) {
    return readDockerConfig(await readMounted(path, name), { source: join(path, name), ...reading });
  }
  throw new TaskError('invalid-file', `looking for ${configNames.join(' or ')} in ${path}: there is no such file`, {
    remedy:
      'Bind a Secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg, or leave the workspace out.',
  });
}
