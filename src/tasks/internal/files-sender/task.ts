import { sendFiles } from '../../../adapters/processes/send-files.ts';
import { gnuOptions } from '../../../domain/containerize/read-command.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { ownProcess } from '../../../runtime/process.ts';

export const filesSender = defineTask({
  name: 'files-sender',
  summary: 'send files of a helper pod as an archive with a proof',
  family: 'internal',
  stage: 'containerize',
  description:
    'The program that app-containerize runs in its pod or debug container. It reads names of files from the standard ' +
    'input, writes an archive to the standard output, and reports its length and digest on the standard error. Not meant ' +
    'to be called by people.',
  examples: ['files-sender --bytes=120'],
  params: {
    bytes: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Bytes of the names on the standard input, each of which ends with NUL.',
    },
  },
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { environment, signal }) => {
    const options = gnuOptions({ keepsAttributes: true, knowsHoles: true });
    const streams = { input: ownProcess.input(), output: ownProcess.output(), errors: ownProcess.stderr };
    await sendFiles({ bytes: params.bytes, options }, streams, { environment, signal });
    return { items: [], results: {}, summary: 'sent', stdout: '' };
  },
});
