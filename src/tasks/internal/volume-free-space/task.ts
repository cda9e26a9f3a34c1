import { writeFile } from 'node:fs/promises';

import { freeBytesAt } from '../../../adapters/files/volume-files.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { dataFolder } from '../../../domain/volumes/rsync/rsync-arguments.ts';
import { formatFreeSpace } from '../../../domain/volumes/helper-pod.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { required } from '../../shared/param-kinds.ts';

export const volumeFreeSpace = defineTask({
  name: 'volume-free-space',
  summary: 'report the free space of the volume of a helper pod',
  family: 'internal',
  stage: 'transfer-volumes',
  description:
    'The program that runs first in the helper pod of crane-transfer-pvc at the destination. It writes the free bytes ' +
    "of the volume's file system as the container's termination message. Not meant to be called by people.",
  examples: ['volume-free-space --message-file=/dev/termination-log'],
  params: {
    volume: { type: 'string', default: dataFolder, description: 'Folder where the volume is mounted.' },
    'message-file': required('File for the number of bytes, as a JSON object.'),
  },
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { log }) => {
    checkPath('message-file', params['message-file']);
    const summary = await writeFreeSpace(params.volume, params['message-file']).catch((error: unknown) => {
      // A transfer can do without.
      log.warn(`measuring ${params.volume}: ${messageOf(error)}`);
      return 'the free space is unknown';
    });
    return { items: [], results: {}, summary, stdout: '' };
  },
});

/** The pod that calls this names a plain file; anything else is an invalid call. */
function checkPath(name: string, path: string): void {
  if (/^\/[\w./-]{1,255}$/.test(path)) return;
  throw new TaskError('invalid-param', `reading ${name}: expected an absolute path of plain characters`, {
    remedy: 'Name a file, as /dev/termination-log.',
  });
}

async function writeFreeSpace(volume: string, file: string): Promise<string> {
  const bytes = await freeBytesAt(volume);
  if (bytes === undefined) return 'the file system does not report its size';
  await writeFile(file, formatFreeSpace(bytes));
  return `${String(bytes)} bytes are free`;
}
