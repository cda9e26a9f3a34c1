import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';

/**
 * The absolute path of a program, for a child that gets another PATH. Relative folders of the PATH are skipped.
 * @throws TaskError `program-missing`
 */
export async function findProgram(program: string, searchPath: string): Promise<string> {
  for (const folder of searchPath.split(delimiter).filter((each) => isAbsolute(each))) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  throw new TaskError('program-missing', `running ${program}: the program is not on the PATH`, {
    remedy: `Install ${program}, or use the image of this task, which has it.`,
  });
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
