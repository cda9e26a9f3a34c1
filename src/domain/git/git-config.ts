import { TaskError } from '../core/errors.ts';
import { stringAt } from '../core/json-object.ts';
import { decodeBase64 } from '../core/redaction/secret-forms.ts';
import type { Redactor, Secret } from '../core/secret.ts';
import type { Resource } from '../kube/resource.ts';
import type { Remote } from './remote.ts';

/** Label of a Secret with a login for repositories; its value is `true`. */
const gitConfigLabel = 'epinio.io/api-git-credentials';

/** A login for repositories of a server, as a Secret of Epinio's system namespace describes it. */
export interface GitConfig {
  readonly username: string;
  /** Undefined: the Secret has no login. */
  readonly password: Secret | undefined;
  /** PEM; empty for none. */
  readonly certificates: string;
  /** Whether Epinio does not verify the certificate of the server. */
  readonly skipsVerification: boolean;
}

/**
 * Reads such a Secret (https://docs.epinio.io/references/git_configuration): `url`, `userOrg` and `repo` say which
 * repositories may get the login; `username`, `password`, `certificate` and `skipSSL`. It is refused for another
 * repository, since a manifest could name another server and so get the password.
 * @throws TaskError `invalid-param`, without any value of the Secret
 */
export function readGitConfig(secret: Resource, remote: Remote, redactor: Redactor): GitConfig {
  const { name, namespace = '' } = secret.metadata;
  const why = problemOf(secret, remote);
  if (why !== undefined) {
    throw new TaskError('invalid-param', `reading Secret ${namespace}/${name} for ${remote.url}: ${why}`, {
      remedy: 'Name the Secret of a Git configuration for this repository, or give git-credentials.',
    });
  }
  const password = dataOf(secret, 'password');
  return {
    // Servers that take a token alone do not look at the name.
    username: dataOf(secret, 'username') ?? 'git',
    password: password === undefined ? undefined : redactor.secret(password),
    certificates: dataOf(secret, 'certificate') ?? '',
    skipsVerification: dataOf(secret, 'skipSSL')?.toLowerCase() === 'true',
  };
}

function problemOf(secret: Resource, remote: Remote): string | undefined {
  if (stringAt(secret, 'metadata', 'labels', gitConfigLabel) !== 'true')
    return `the label ${gitConfigLabel} is not "true"`;
  if (remote.transport !== 'http') return 'its login is for https addresses';
  const url = URL.parse(dataOf(secret, 'url') ?? '');
  if (url === null) return 'its key url is not a URL';
  const wanted = new URL(remote.url);
  const [userOrg, repo] = wanted.pathname.split('/').slice(1);
  const isFor = (key: string, part = ''): boolean => withoutSuffix(dataOf(secret, key) ?? part) === withoutSuffix(part);
  const fits = url.origin === wanted.origin && isFor('userOrg', userOrg) && isFor('repo', repo);
  return fits ? undefined : 'it is for another repository';
}

function withoutSuffix(name: string): string {
  return name.replace(/\.git$/, '');
}

/** The text of a key; undefined if it is missing or empty. */
function dataOf(secret: Resource, key: string): string | undefined {
  return decodeBase64(stringAt(secret, 'data', key) ?? '')?.replace(/\r?\n$/, '') || undefined;
}
