import { writeFile } from 'node:fs/promises';

import { freeBytesAt } from '../adapters/volumes/volume-files.ts';
import { messageOf } from '../domain/errors.ts';
import { dataFolder } from '../domain/volumes/rsync-arguments.ts';
import { formatRoom } from '../domain/volumes/volume-room.ts';
import { defineTask } from '../runtime/define-task.ts';

export const volumeRoom = defineTask({
  name: 'volume-room',
  summary: 'tell how much the volume of a helper pod has free',
  description:
    'The program that runs first in the helper pod of crane-transfer-pvc at the destination: leaves the free bytes of the ' +
    "volume's file system as the message of its container's end. Not meant to be called by people.",
  examples: ['volume-room --message-file=/dev/termination-log'],
  params: {
    volume: { type: 'string', default: dataFolder, description: 'Folder where the volume is mounted.' },
    'message-file': { type: 'string', description: 'File that gets the figure, as a JSON object.' },
  },
  workspaces: {},
  results: {},
  run: async ({ params }, { log }) => {
    const summary = await tell(params.volume, params['message-file']).catch((error: unknown) => {
      // A transfer can do without.
      log.warn(`measuring ${params.volume}: ${messageOf(error)}`);
      return 'the room is not known';
    });
    return { items: [], results: {}, summary, stdout: '' };
  },
});

async function tell(volume: string, file: string): Promise<string> {
  const bytes = await freeBytesAt(volume);
  if (bytes === undefined) return 'the file system does not tell its size';
  await writeFile(file, formatRoom(bytes));
  return `${String(bytes)} bytes are free`;
}
