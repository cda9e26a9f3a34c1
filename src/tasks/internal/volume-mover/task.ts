import { sha256Of } from '../../../adapters/files/digest.ts';
import { surveyFiles, allottedBytes, usedBytesAt } from '../../../adapters/files/volume-files.ts';
import { openRelay } from '../../../adapters/sockets/open-relay.ts';
import { formatEvent } from '../../../domain/volumes/mover-protocol.ts';
import { createFileDigest } from '../../../domain/volumes/file-digest.ts';
import { dataFolder } from '../../../domain/volumes/rsync/rsync-arguments.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { moveVolume } from '../../../usecases/volumes/mover/move-volume.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { required, toggle } from '../../shared/param-kinds.ts';
import { readPlan } from './read-plan.ts';

const surveyMilliseconds = 2000;

export const volumeMover = defineTask({
  name: 'volume-mover',
  summary: 'copy the volume of a helper pod and compare both sides',
  family: 'internal',
  stage: 'transfer-volumes',
  description:
    'The program in the helper pod that crane-transfer-pvc starts at the source. It runs rsync through the tunnel to ' +
    'the helper pod at the destination, resumes after broken connections and compares both sides. Its log has one ' +
    'JSON object per line. Not meant to be called by people.',
  examples: ['volume-mover --plan=/etc/crane-tasks/transfer/mover.json'],
  params: {
    plan: required('File with what to copy and how to compare.'),
    relay: toggle(false, 'Whether this pod is connected to by port-forward, instead of connecting to the destination.'),
  },
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { log, signal }) => {
    const plan = await readPlan(params.plan);
    const { createRsync, followRsync } = await import('../../../adapters/processes/rsync.ts');
    const relay = params.relay ? await openRelay() : undefined;
    const end = await moveVolume(plan, {
      copier: createRsync(plan, followRsync(signal)),
      emit: (event) => log.info(formatEvent(event)),
      now: () => performance.now(),
      sleep: sleepUntil(signal, 'copying a volume'),
      openDigest: () => createFileDigest(sha256Of),
      files: {
        usedBytes: () => usedBytesAt(dataFolder),
        survey: () => surveyFiles(dataFolder, surveyMilliseconds),
        bytesOf: (path) => allottedBytes(`${dataFolder}/${path}`),
      },
    }).finally(() => relay?.close());
    return { items: [], results: {}, summary: `ended: ${end.verdict}`, stdout: '' };
  },
});
