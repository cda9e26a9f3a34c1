import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { TaskError } from '../../../domain/core/errors.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Secret } from '../../../domain/core/secret.ts';

/** The token for a side, from the file that the user named. @throws TaskError `invalid-param`, `invalid-file` */
export async function readToken(side: string, file: string | undefined, { redactor }: Log): Promise<Secret> {
  const remedy = `Give ${side}-token-file, or choose another kind of login in the answers.`;
  if (file === undefined) {
    throw new TaskError('invalid-param', `logging in to the ${side}: no file with a token is given`, { remedy });
  }
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TaskError('invalid-file', `reading the token in ${path}: the file cannot be read`, { remedy, cause });
  });
  return redactor.secret(text.trim());
}
