import { isUtf8 } from 'node:buffer';

import { TaskError } from '../../domain/core/errors.ts';
import { goField } from '../../domain/core/go-field.ts';
import { isObject, type JsonObject } from '../../domain/core/json-object.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { withoutTrailing } from '../../domain/core/without-trailing.ts';
import type { AskHelper } from '../../domain/oci/credential-helper.ts';

/** What a registry asks for when it asks who is there. */
export interface Login {
  readonly username: string;
  readonly password: Secret;
  /** base64(user:password) as the file has it, where the bytes are not UTF-8: registries get these bytes. */
  readonly encoded?: Secret;
  /** A refresh token that a token server takes in place of a password (Docker's `identitytoken`). */
  readonly identityToken?: Secret;
  /** Why the entry cannot be used; thrown by what needs it, since other registries do not. */
  readonly unusable?: TaskError;
}

/** Logins by their key in a Docker config: a host, perhaps with a path. */
export type DockerLogins = ReadonlyMap<string, Login>;

/** Any name will do with a token; OpenShift's own user names hold colons, which Basic authentication cannot carry. */
export const tokenUser = 'crane';

/**
 * Reads the logins of a Docker config.json, of a `kubernetes.io/dockerconfigjson` Secret, or of the older `.dockercfg`,
 * which is what a config has below `auths`. An entry without a login counts as absent, as Docker writes it where a
 * credential helper has the login; an entry that cannot be read is an error for its own registry alone.
 * @throws TaskError `invalid-file`; the message never quotes the file
 */
export function parseDockerConfig(text: string, source: string, redactor: Redactor): DockerLogins {
  return loginsBelow(authsOf(parseConfig(text, source), source), { source, redactor });
}

function loginsBelow(auths: JsonObject, reading: ConfigReading): Map<string, Login> {
  const logins = new Map<string, Login>();
  // A key without a protocol is more exact than one that Docker made a URL of.
  for (const [key, entry] of Object.entries(auths).sort(urlsFirst)) {
    const login = parseLogin(key, entry, reading);
    if (login !== undefined) logins.set(normalizeKey(key), login);
  }
  return logins;
}

/**
 * The same with the logins that credential helpers have: of each registry in `credHelpers`, and with `credsStore` of each
 * entry below `auths` that has no login. A helper that fails is an error for its own registries alone.
 * @throws TaskError `invalid-file`
 */
export async function readDockerConfig(
  text: string,
  { source, redactor, askHelper }: ConfigReading & { readonly askHelper: AskHelper },
): Promise<DockerLogins> {
  const config = parseConfig(text, source);
  const auths = authsOf(config, source);
  const logins = loginsBelow(auths, { source, redactor });
  const store = goField(config, 'credsStore');
  const stored = typeof store === 'string' && store !== '' ? Object.keys(auths) : [];
  const helpers = goField(config, 'credHelpers');
  const asked = new Map<string, unknown>([
    ...stored.filter((key) => !logins.has(normalizeKey(key))).map((key) => [key, store] as const),
    ...(isObject(helpers) ? Object.entries(helpers) : []),
  ]);
  await Promise.all(
    [...asked].map(async ([server, name]) => {
      const login = await askOne(server, name, { source, redactor, askHelper });
      if (login !== undefined) logins.set(normalizeKey(server), login);
    }),
  );
  return logins;
}

interface ConfigReading {
  /** Of the text, for messages. */
  readonly source: string;
  readonly redactor: Redactor;
}

/** A name cannot lead out of the folders of PATH. */
const helperName = /^[a-zA-Z0-9][\w.-]{0,60}$/;

async function askOne(
  server: string,
  name: unknown,
  { source, redactor, askHelper }: ConfigReading & { readonly askHelper: AskHelper },
): Promise<Login | undefined> {
  if (typeof name !== 'string' || !helperName.test(name)) {
    return unusable(source, `the credential helper of ${JSON.stringify(server)} has an invalid name`, redactor);
  }
  try {
    const found = await askHelper(name, server);
    if (found === undefined) return undefined;
    const secret = redactor.secret(found.secret);
    return found.username === '<token>'
      ? { username: tokenUser, password: redactor.secret(''), identityToken: secret }
      : { username: found.username, password: secret };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { username: '', password: redactor.secret(''), unusable: error };
  }
}

function parseConfig(text: string, source: string): JsonObject {
  let config: unknown;
  try {
    config = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalidLogins(source, 'expected JSON');
  }
  if (isObject(config)) return config;
  throw invalidLogins(source, 'expected an object with `auths`');
}

function authsOf(config: JsonObject, source: string): JsonObject {
  const auths = goField(config, 'auths');
  if (auths === undefined && Object.values(config).some(isOldEntry)) return config;
  if (auths === undefined || auths === null) return {};
  if (isObject(auths)) return auths;
  throw invalidLogins(source, 'expected an object with `auths`');
}

function isOldEntry(entry: unknown): boolean {
  return isObject(entry) && (goField(entry, 'auth') !== undefined || goField(entry, 'username') !== undefined);
}

function urlsFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return Number(other.includes('://')) - Number(one.includes('://'));
}

/** Undefined for an entry without a login. */
function parseLogin(key: string, entry: unknown, { source, redactor }: ConfigReading): Login | undefined {
  if (entry === null) return undefined;
  if (!isObject(entry)) return unusable(source, `expected an object at ${JSON.stringify(key)}`, redactor);
  const text = (name: string): string => {
    const value = goField(entry, name);
    return typeof value === 'string' ? value : '';
  };
  const [auth, username, password, identityToken] = ['auth', 'username', 'password', 'identitytoken'].map(text);
  if (identityToken) {
    return { username: tokenUser, password: redactor.secret(''), identityToken: redactor.secret(identityToken) };
  }
  if (auth) {
    const bytes = Buffer.from(auth, 'base64');
    const clear = bytes.toString('utf8');
    const colon = clear.indexOf(':');
    // The encoded form is as secret as the clear one. Old Docker clients filled passwords up with NUL bytes.
    if (colon > 0 && redactor.secret(auth).reveal() !== '') {
      return {
        username: clear.slice(0, colon),
        password: redactor.secret(withoutTrailing(clear.slice(colon + 1), '\0')),
        ...(isUtf8(bytes) ? {} : { encoded: redactor.secret(bytes.toString('base64')) }),
      };
    }
  }
  if (username) return { username, password: redactor.secret(password ?? '') };
  if (!auth) return undefined;
  const why = `the entry ${JSON.stringify(key)} has no \`auth\` of the form base64(user:password)`;
  return unusable(source, why, redactor);
}

function unusable(source: string, what: string, redactor: Redactor): Login {
  return { username: '', password: redactor.secret(''), unusable: invalidLogins(source, what) };
}

const dockerHub: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);

/** As github.com/containers/image (normalizeAuthFileKey): of a URL, as old Docker clients wrote them, the host counts. */
function normalizeKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, '');
  const host = bare === key ? key.replace(/\/$/, '') : (bare.split('/')[0] ?? '');
  return dockerHub.has(host) ? 'docker.io' : host;
}

/** The error of logins at a path or in a Secret that cannot be used. `what` never quotes them. */
export function invalidLogins(source: string, what: string): TaskError {
  return new TaskError('invalid-file', `reading registry logins ${source}: ${what}`, {
    remedy: 'Give a Docker config.json with `auths`, or a Secret of type kubernetes.io/dockerconfigjson.',
  });
}
