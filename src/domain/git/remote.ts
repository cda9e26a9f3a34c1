import { TaskError } from '../core/errors.ts';
import type { Redactor } from '../core/secret.ts';

/** Where a repository is, as git takes it. */
export interface Remote {
  readonly url: string;
  readonly transport: 'http' | 'ssh' | 'file';
  /** Scheme, host and port of an http address, as `https://git.example.com:8443`; empty for others. */
  readonly origin: string;
}

const secureOrLocal = /^https:\/\/|^http:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?\//;
// git's short form of an ssh address: user@host:path.
const shortSsh = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9.-]+:(?![-/])[^\s]+$/;

/**
 * Reads the address of a repository: https, http to this computer alone, ssh (also `user@host:path`) or file. Credentials
 * in it are refused, since logs and process lists show addresses; what may be a password is redacted from then on.
 * @param param names the address in messages
 * @throws TaskError `invalid-param`
 */
export function parseRemote(text: string, redactor: Redactor, param = 'git-remote-url'): Remote {
  if (shortSsh.test(text)) return { url: text, transport: 'ssh', origin: '' };
  const [, scheme = '', userInfo = '', host = ''] = /^([a-z]+):\/\/(?:([^@/]*)@)?([^/]*)\/[^\s]*$/.exec(text) ?? [];
  if (scheme === 'file' && host === '' && userInfo === '') return { url: text, transport: 'file', origin: '' };
  const isClear = hasOneReading(text, host);
  if (isClear && scheme === 'ssh' && /^[A-Za-z0-9]/.test(host) && /^(?!-)[\w.-]*$/.test(userInfo))
    return { url: text, transport: 'ssh', origin: '' };
  // Text before an @ might be a password, also where the rest is not an address.
  const login = text.slice(0, Math.max(0, text.lastIndexOf('@')));
  if (userInfo !== '' || login.includes(':')) {
    notePassword(login, redactor);
    throw refuse(
      param,
      'it holds credentials',
      'Give the address without them, and the login as files of a workspace.',
    );
  }
  if (isClear && secureOrLocal.test(text)) return { url: text, transport: 'http', origin: `${scheme}://${host}` };
  throw refuse(
    param,
    `invalid address ${JSON.stringify(text)}: expected one that can be used safely`,
    'Give an https or ssh address.',
  );
}

/**
 * Whether all programs find this host and port in the address. git, libcurl and this program have parsers of their own,
 * and a login is chosen by what one of them reads.
 */
function hasOneReading(text: string, host: string): boolean {
  const url = text.includes('\\') ? null : URL.parse(text);
  if (url === null || host === '') return false;
  const port = url.protocol === 'https:' ? ':443' : ':80';
  const given = host.toLowerCase();
  // URL leaves out the default port.
  return url.host.toLowerCase() === given || (url.protocol !== 'ssh:' && `${url.host}${port}` === given);
}

/** Checks the name of a branch, as git-check-ref-format(1) would. @throws TaskError `invalid-param` */
export function checkBranch(name: string): string {
  if (isRefName(name)) return name;
  throw new TaskError('invalid-param', `reading branch: git allows no branch ${JSON.stringify(name)}`, {
    remedy: 'Give the name of a branch, such as main.',
  });
}

/** Checks a revision: the name of a branch or tag, or a commit id, without operators. @throws TaskError `invalid-param` */
export function checkRevision(name: string, param: string): string {
  if (isRefName(name)) return name;
  throw new TaskError('invalid-param', `reading ${param}: invalid revision ${JSON.stringify(name)}`, {
    remedy: 'Give the name of a branch or tag, or the id of a commit.',
  });
}

function isRefName(name: string): boolean {
  const hasBad = /^[-/.]|[/.]$|\.lock(?:\/|$)|\.\.|\/[/.]|@\{|^@$|[\s~^:?*[\\]/.test(name);
  return !hasBad && name !== '' && !/\p{Cc}/u.test(name);
}

/** Checks a folder inside a repository; empty stands for its root. @throws TaskError `invalid-param` */
export function checkFolder(path: string): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  const isBad = path.startsWith('/') || steps.some((step) => step === '..' || /^\.git$/i.test(step));
  if (!isBad && !/[\p{Cc}\\]/u.test(path)) return steps.join('/');
  throw new TaskError('invalid-param', `reading folder: ${JSON.stringify(path)} is not in the repository`, {
    remedy: 'Give a relative path without "..", such as apps/shop.',
  });
}

/** A wrong address must not show its password, in whatever form the report repeats it. */
function notePassword(login: string, redactor: Redactor): void {
  const bare = login.replace(/^[a-z0-9+.-]*:\/\//i, '');
  const password = bare.slice(bare.indexOf(':') + 1);
  for (const secret of [password, decodeUserInfo(password)]) redactor.secret(secret);
}

/** A user or password of a URL. A percent sign that encodes nothing is kept, as git does. */
export function decodeUserInfo(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

function refuse(param: string, why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${why}`, { remedy });
}
