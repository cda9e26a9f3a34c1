import { join } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import { isObject } from '../../domain/core/json-object.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { listMounted, readMounted } from '../files/read-mounted.ts';

/** What a registry asks for when it asks who is there. */
export interface Login {
  readonly username: string;
  readonly password: Secret;
  /** A refresh token that a token server takes in place of a password (Docker's `identitytoken`). */
  readonly identityToken?: Secret;
}

/** The logins of one side of a copy. */
export interface Logins {
  /** Login for a repository in force now; a renewed token shows here. */
  find(host: string, path: string): Promise<Login | undefined>;
  /** Text of an auth file with all of them, as containers-auth.json(5) has it. */
  authFile(): Promise<string>;
  /** Called when a login was refused: the next ones are read again from where they come from. */
  renew(): Promise<void>;
}

/** A token of a cluster that is good for one registry. */
export interface ClusterLogin {
  readonly host: string;
  readonly token: () => Promise<Secret>;
  readonly renew: () => Promise<void>;
}

/** Logins by their key in a Docker config: a host, perhaps with a path. */
export type DockerLogins = ReadonlyMap<string, Login>;

/** Any name will do with a token; OpenShift's own user names hold colons, which Basic authentication cannot carry. */
const tokenUser = 'crane';

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
    async authFile() {
      const entries = [...docker];
      if (cluster !== undefined && !docker.has(cluster.host)) {
        const login = await clusterLogin();
        if (login !== undefined) entries.push([cluster.host, login]);
      }
      return formatAuths(entries);
    },
    renew: async () => cluster?.renew(),
  };
}

function formatAuths(entries: readonly (readonly [key: string, login: Login])[]): string {
  const auths = entries.map(([key, login]) => {
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

/** Logins of which the second ones win for the whole of their registries. */
export function overrideLogins(docker: DockerLogins, winners: DockerLogins): DockerLogins {
  const kept = [...docker].filter(([key]) => !winners.has(key.split('/', 1)[0] ?? key));
  return new Map([...kept, ...winners]);
}

/** The value of an Authorization header of the scheme Basic, without the scheme. */
export function encodeLogin({ username, password }: Login): string {
  return Buffer.from(`${username}:${password.reveal()}`).toString('base64');
}

/**
 * Reads the logins of a Docker config.json or a `kubernetes.io/dockerconfigjson` Secret. Programs that it names
 * (`credHelpers`, `credsStore`) are not run.
 * @throws TaskError `invalid-file`; the message never quotes the file
 */
export function parseDockerConfig(text: string, source: string, redactor: Redactor): DockerLogins {
  const auths = parseAuths(text, source);
  const logins = new Map<string, Login>();
  for (const [key, entry] of Object.entries(auths)) {
    const login = parseLogin(entry, redactor);
    if (login === undefined)
      throw invalid(source, `the entry ${JSON.stringify(key)} has no \`auth\` of the form base64(user:password)`);
    logins.set(normalizeKey(key), login);
  }
  return logins;
}

function parseAuths(text: string, source: string): Readonly<Record<string, unknown>> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw invalid(source, 'expected JSON');
  }
  const auths = isObject(config) ? (config['auths'] ?? {}) : undefined;
  if (isObject(auths)) return auths;
  throw invalid(source, 'expected an object with `auths`');
}

function parseLogin(entry: unknown, redactor: Redactor): Login | undefined {
  if (!isObject(entry)) return undefined;
  const { auth, username, password, identitytoken } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '') {
    return { username: tokenUser, password: redactor.secret(''), identityToken: redactor.secret(identitytoken) };
  }
  if (typeof auth === 'string') {
    const text = Buffer.from(auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    // The encoded form is as secret as the clear one.
    if (colon > 0 && redactor.secret(auth).reveal() !== '') {
      return { username: text.slice(0, colon), password: redactor.secret(text.slice(colon + 1)) };
    }
  }
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  return { username, password: redactor.secret(password) };
}

// Old Docker clients wrote URLs: https://index.docker.io/v1/ means docker.io.
function normalizeKey(key: string): string {
  const url = key.includes('://') ? URL.parse(key)?.host : undefined;
  const host = url ?? key.replace(/\/$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}

function findDockerLogin(logins: DockerLogins, host: string, path: string): Login | undefined {
  return findLoginEntry(logins, host, path)?.login;
}

/** The login for a repository and its key: the host, perhaps with a path. */
export function findLoginEntry(
  logins: DockerLogins,
  host: string,
  path: string,
): { readonly key: string; readonly login: Login } | undefined {
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
export async function findLogin(path: string, host: string, redactor: Redactor): Promise<Secret> {
  const login = findDockerLogin(await readLogins(path, redactor), host, '');
  if (login !== undefined) return redactor.secret(encodeLogin(login));
  throw invalid(path, `it has no login for ${host}`);
}

function invalid(source: string, what: string): TaskError {
  return new TaskError('invalid-file', `reading registry logins ${source}: ${what}`, {
    remedy: 'Give a Docker config.json with `auths`, or a Secret of type kubernetes.io/dockerconfigjson.',
  });
}

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
