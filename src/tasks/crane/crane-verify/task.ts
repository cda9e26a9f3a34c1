import { defineTask } from '../../../runtime/define-task.ts';
import { verifyParams, verifyResults, verifyWorkspaces } from './params.ts';
import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { runVerify } from './verification.ts';

export const craneVerify = defineTask({
  name: 'crane-verify',
  summary: 'verify a move: compare both clusters with the plan',
  family: 'crane',
  stage: 'verify',
  recovery: 'verifying',
  description:
    'Reads the destination again and compares it with the plan. It checks that each final manifest exists with its ' +
    'content, each image tag has its digest, each container runs it, and each workload is ready. It also checks that ' +
    'the data of claims is equal and that no exported object is missing. What is not given is not checked. With ' +
    'source-context, the source is read again too, and changes since the export are reported. Nothing is written to a ' +
    'cluster: diffs come from a server-side dry run. Each difference is in the report, with a diff in ' +
    'reports/crane-verify.md, and makes the exit code 4.',
  examples: [
    'crane-verify --destination-context=destination --kustomize-dir=kustomize --skopeo-dir=skopeo --verify-dir=verify',
    'crane-verify --destination-context=destination --source-context=source --export-dir=export --transform-dir=transform --output-dir=output',
  ],
  params: verifyParams,
  workspaces: verifyWorkspaces,
  results: verifyResults,
  reasons: ['manifests', 'seal', 'verify'],
  reportIn: 'verify',
  run: (input, context) => keepYoungSmall(() => runVerify(input, context)),
});
