import { processesOf } from '../../../adapters/processes/own-processes.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { holdCommand } from '../../../domain/containerize/reader-pod.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { ownProcess } from '../../../runtime/process.ts';
import { seconds, toggle } from '../../shared/param-kinds.ts';

export const filesHolder = defineTask({
  name: 'files-holder',
  summary: 'keep a helper pod running while its files are read',
  family: 'internal',
  stage: 'containerize',
  description:
    'The program of the pod or debug container that app-containerize starts to read files. It does nothing until it is ' +
    'ended or its time is over. Not meant to be called by people.',
  examples: ['files-holder --timeout=3600'],
  params: {
    timeout: seconds({ fallback: 3600, minimum: 1 }, 'Seconds after which the program ends by itself.'),
    end: toggle(false, 'Whether the other program of this name in the container is ended.'),
  },
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { signal }) => {
    const ended = { items: [], results: {}, summary: 'ended', stdout: '' };
    if (params.end) {
      for (const pid of await processesOf(holdCommand, ownProcess.pid)) ownProcess.end(pid);
      return ended;
    }
    await sleepUntil(
      signal,
      'waiting',
    )(params.timeout * 1000).catch((error: unknown) => {
      if (!(error instanceof TaskError)) throw error;
    });
    return ended;
  },
});
