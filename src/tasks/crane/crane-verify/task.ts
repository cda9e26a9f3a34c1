import { defineTask } from '../../../runtime/define-task.ts';
import { verifyParams, verifyResults, verifyWorkspaces } from './params.ts';
import { runVerify } from './verification.ts';

export const craneVerify = defineTask({
  name: 'crane-verify',
  summary: 'prove a move: compare both clusters with what was planned',
  family: 'crane',
  stage: 'verify',
  recovery: 'verifying',
  description:
    'Reads the destination again and compares it with what was planned, as far as it is given: each final manifest is there ' +
    'with its content, each image tag has its digest, each container runs it, data of claims is equal, workloads are ready, ' +
    'no exported object got lost on the way. With source-context the source is read again too, and what changed since the ' +
    'export is shown. Nothing is written to a cluster: where an object differs, the server is asked by a dry run. Each ' +
    'difference is in the report, and with a diff in reports/crane-verify.md; one makes the exit code 4.',
  examples: [
    'crane-verify --destination-context=destination --kustomize-dir=kustomize --skopeo-dir=skopeo --verify-dir=verify',
    'crane-verify --destination-context=destination --source-context=source --export-dir=export --transform-dir=transform --output-dir=output',
  ],
  params: verifyParams,
  workspaces: verifyWorkspaces,
  results: verifyResults,
  reportIn: 'verify',
  run: runVerify,
});
