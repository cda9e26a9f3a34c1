import { TaskError } from '../../domain/core/errors.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import type { RepositoryLogin } from '../../domain/http/repository-login.ts';
import { listMounted, readMounted } from '../files/read-mounted.ts';

/**
 * Reads the login for a chart repository from a folder, as the volume of a Secret of type kubernetes.io/basic-auth is:
 * `username` and `password`, or `token`, which wins. A file `url` names the repository that the login is for.
 * @throws TaskError `invalid-file`; the message never quotes a file
 */
export async function readRepositoryLogin(
  path: string | undefined,
  redactor: Redactor,
): Promise<RepositoryLogin | undefined> {
  if (path === undefined) return undefined;
  const names = await listMounted(path);
  if (names === undefined) throw invalid(path, 'expected a folder');
  const read = async (name: string): Promise<string | undefined> => {
    if (!names.includes(name)) return undefined;
    // Editors end a file with a line break, which is not part of the value.
    const text = (await readMounted(path, name)).replace(/\r?\n$/, '');
    if (/[\0-\x1f\x7f]/.test(text)) throw invalid(path, `${name} has control characters`);
    return text;
  };
  const url = await read('url');
  const origin = url === undefined ? undefined : originOf(url, path);
  const token = await read('token');
  if (token !== undefined && token !== '')
    return { authorization: headerOf('Bearer', redactor.secret(token), redactor), origin };
  const [username, password] = [await read('username'), await read('password')];
  if (!username || password === undefined) throw invalid(path, 'expected username and password, or token');
  if (username.includes(':')) throw invalid(path, 'username has a colon');
  const pair = redactor.secret(Buffer.from(`${username}:${redactor.secret(password).reveal()}`).toString('base64'));
  return { authorization: headerOf('Basic', pair, redactor), origin };
}

function headerOf(scheme: 'Basic' | 'Bearer', value: Secret, redactor: Redactor): Secret {
  return redactor.secret(`${scheme} ${value.reveal()}`);
}

function originOf(text: string, path: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw invalid(path, 'url: expected https://');
  return url.origin;
}

function invalid(path: string, why: string): TaskError {
  return new TaskError('invalid-file', `reading the login for a chart repository from ${path}: ${why}`, {
    remedy: 'Bind a Secret of type kubernetes.io/basic-auth with username and password, or with token.',
  });
}
