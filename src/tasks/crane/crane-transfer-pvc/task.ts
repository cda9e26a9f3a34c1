import { defineTask } from '../../../runtime/define-task.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { runTransfer } from './volumes.ts';
import { transferParams } from './params.ts';

export const craneTransferPvc = defineTask({
  name: 'crane-transfer-pvc',
  summary: 'copy PersistentVolumeClaims with their files to another cluster or namespace, proven',
  family: 'crane',
  stage: 'transfer-volumes',
  recovery: 'volumes',
  description:
    'Creates each claim at the destination and copies its files with rsync through mutual TLS 1.3, from a pod at the source ' +
    'to a pod at the destination, both without privileges. Links, hard links, sparse files, modes, times, access control ' +
    'lists and extended attributes are kept, deletions follow. Then both sides are compared, with verify by checksum of all ' +
    'files. It can be run again and again: only what changed is copied. What is not equal at the end is named in the ' +
    'report, and the exit code is 4. All helper objects go at the end; when this program is killed, the cluster removes ' +
    'them within some minutes.',
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
      description:
        'Folder that gets `reports/crane-transfer-pvc.json`, with each claim and each file that is not equal.',
    },
  },
  results: {
    'claim-count': 'How many claims were asked for. No newline.',
    'transferred-count': 'How many of them are equal at the destination now. No newline.',
    'failed-count': 'How many are not. No newline.',
    'failed-files': 'How many files could not be read or written, or differ. No newline.',
    'copied-bytes': 'How many bytes of files were sent. No newline.',
  },
  reportIn: 'report',
  run: ({ params, workspaces }, context) => runTransfer(params, workspaces.kubeconfig, context),
});
