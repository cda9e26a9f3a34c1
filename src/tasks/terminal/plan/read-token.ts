import { resolve } from 'node:path';

import { readNamed } from '../../../adapters/files/read-pipe.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Secret } from '../../../domain/core/secret.ts';

/** The token for a side, from the file that the user named. @throws TaskError `invalid-param`, `invalid-file` */
export async function readToken(
  side: string,
  file: string | undefined,
  { log: { redactor }, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Secret> {
  const remedy = `Give ${side}-token-file, or choose another kind of login in the answers.`;
  if (file === undefined) {
    throw new TaskError('invalid-param', `logging in to the ${side}: no file with a token is given`, { remedy });
  }
  const path = resolve(file);
  const bytes = await readNamed(path, signal).catch((cause: unknown) => {
    if (cause instanceof TaskError && cause.code === 'interrupted') throw cause;
    throw new TaskError('invalid-file', `reading the token in ${path}: the file cannot be read`, { remedy, cause });
  });
  return redactor.secret(bytes.toString('utf8').trim());
}
