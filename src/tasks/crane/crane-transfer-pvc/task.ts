import { defineTask } from '../../../runtime/define-task.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { runTransfer } from './volumes.ts';
import { transferParams } from './params.ts';

export const craneTransferPvc = defineTask({
  name: 'crane-transfer-pvc',
  summary: 'copy PersistentVolumeClaims with their files to another cluster or namespace, and compare both sides',
  family: 'crane',
  stage: 'transfer-volumes',
  recovery: 'volumes',
  description:
    'Creates each claim at the destination and copies its files with rsync over mutual TLS 1.3, from a pod at the ' +
    'source to a pod at the destination, both without privileges. Links, hard links, sparse files, modes, times, ' +
    'access control lists and extended attributes are kept. Deletions are copied too. Then both sides are compared; ' +
    'with verify, by checksum of all files. Another run copies only what changed. The report names what is not equal ' +
    'at the end, and the exit code is 4. All helper objects are deleted at the end. If this program is killed, the ' +
    'cluster deletes them within some minutes.',
  examples: [
    'crane-transfer-pvc --source-context=source --source-namespace=shop --source-pvc-name=data --dest-context=destination --verify=true',
    'crane-transfer-pvc --source-context=one --source-namespace=shop --source-pvc-name=data:data-fast --dest-context=one --dest-storage-class-name=fast',
    "crane-transfer-pvc --source-context=source --source-namespace=shop --source-pvc-name='*' --dest-context=destination --live=true",
  ],
  params: transferParams,
  workspaces: {
    kubeconfig: kubeconfigWorkspace,
    report: {
      flag: 'report-dir',
      optional: true,
      description: 'Folder for `reports/crane-transfer-pvc.json`, with each claim and each file that is not equal.',
    },
  },
  results: {
    'claim-count': 'Number of claims to copy.',
    'transferred-count': 'Number of claims that are equal at the destination.',
    'failed-count': 'Number of claims that are not equal at the destination.',
    'failed-files': 'Number of files that could not be read or written, or that differ.',
    'copied-bytes': 'Number of bytes of files that were sent.',
  },
  reasons: ['volumes'],
  reportIn: 'report',
  run: ({ params, workspaces }, context) => runTransfer(params, workspaces.kubeconfig, context),
});
