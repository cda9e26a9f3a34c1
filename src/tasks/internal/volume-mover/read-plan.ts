import { readFile } from 'node:fs/promises';

import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { MoverPlan } from '../../../domain/schemas/documents.ts';
import { parsePlan } from '../../../domain/volumes/mover-protocol.ts';

/** @throws TaskError `invalid-file` */
export async function readPlan(path: string): Promise<MoverPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TaskError('invalid-file', `reading the plan ${path}: ${messageOf(error)}`, {
      remedy: 'Let crane-transfer-pvc start this program.',
      cause: error,
    });
  }
  return parsePlan(text, path);
}
