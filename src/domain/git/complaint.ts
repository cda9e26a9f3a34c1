import { TaskError, type ErrorCode } from '../core/errors.ts';
import type { Redactor } from '../core/secret.ts';

// Words of git, libcurl and ssh, which have no codes.
const kinds: readonly { readonly sentence: RegExp; readonly code: ErrorCode; readonly remedy: string }[] = [
  {
    sentence: /No user exists for uid/i,
    code: 'git-refused',
    remedy:
      'ssh runs only as a user that the system knows: take the image of the tasks, where it runs as any, or an https address.',
  },
  {
    sentence: /certificate|SSL|Host key verification failed/i,
    code: 'tls-untrusted',
    remedy:
      'Put the authority of the server as ca.crt, or the key of an ssh server as known_hosts, beside the credentials.',
  },
  {
    sentence:
      /Authentication failed|could not read (?:Username|Password)|returned error: 40[13]|Permission denied|access denied/i,
    code: 'unauthorized',
    remedy:
      'Give the credentials of git as files: a user and a token, or an ssh key, that may read the repository, and write ' +
      'to it for a push.',
  },
  {
    // Redirects are not followed with a login.
    sentence: /returned error: 30\d/i,
    code: 'git-refused',
    remedy:
      'The server redirects to another address, which does not get the login. Give the final address, for example with ' +
      '.git at the end.',
  },
  {
    sentence: /mismatched algorithms/i,
    code: 'git-refused',
    remedy:
      'The repository has object IDs of SHA-256. Use a repository with those of SHA-1, which is the default of git.',
  },
  {
    sentence: /Could not resolve|Failed to connect|Connection (?:refused|timed out|reset)|unable to access/i,
    code: 'unreachable',
    remedy: 'Check the address and that the server can be reached from here, then run again.',
  },
  {
    sentence: /repository .*not found|does not appear to be a git repository|does not exist/i,
    code: 'git-refused',
    remedy: 'Check the address. Servers also give this answer if the login may not see the repository.',
  },
];

const mostLines = 4;

/** The error of a failed git; its output is cut to its first lines, or to those from the decisive one. */
export function complaintOf(doing: string, stderr: string, redactor: Redactor): TaskError {
  const lines = redactor
    .redact(stderr)
    .split('\n')
    .map((line) => line.replace(/^(?:fatal|error|remote):\s*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const found = kinds.find(({ sentence }) => sentence.test(stderr));
  const decisive = lines.findIndex((line) => found?.sentence.test(line));
  const first = decisive < mostLines ? 0 : decisive;
  const said = lines
    .slice(first, first + mostLines)
    .join('; ')
    .slice(0, 600);
  const { code, remedy } = found ?? { code: 'git-refused', remedy: 'See what git says, fix it and run again.' };
  return new TaskError(code, `${doing}: ${said === '' ? 'git gave no reason' : said}`, { remedy });
}

/** Whether a push was refused because the branch has commits that were not there when it was read. */
export function isBehind(stdout: string): boolean {
  return stdout.split('\n').some((line) => {
    const [, why = ''] = /^!\t.*?\[(?:remote )?rejected\](.*)/.exec(line) ?? [];
    return /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref/.test(why);
  });
}

/**
 * Whether a fetch failed because the server does not give the object alone: it does not have it, gives only what its
 * branches and tags name, or cannot leave out the history.
 */
export function needsWholeFetch(stderr: string): boolean {
  return /not our ref|unadvertised object|couldn't find remote ref|does not support (?:shallow|--depth)/i.test(stderr);
}
