import { keepYoungSmall } from '../../../runtime/keep-heap-small.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { validateParams, validateResults, validateWorkspaces } from './params.ts';
import { runValidate } from './validation.ts';

export const craneValidate = defineTask({
  name: 'crane-validate',
  summary: 'find out what would stop a move before anything is moved',
  family: 'crane',
  stage: 'validate',
  recovery: 'before-anything-is-written',
  description:
    'Compares the resources to move with what the destination offers: kinds and versions, storage classes, quotas, ' +
    'limits, nodes, registries, and the Pod Security level, users and SecurityContextConstraints of the namespace. It ' +
    'also checks the rights of both accounts for each step of the run. Each check is an ' +
    'item of the report. A gap says how to fix it and makes the exit code 4. Checks that cannot be decided are ' +
    'reported as unknown. The destination is captured in surface.json, against which resources can be checked again ' +
    'without the cluster. Nothing is changed.',
  examples: [
    'crane-validate --manifests-dir=export --destination-context=destination --source-context=source --source-namespace=shop --destination-namespace=shop',
    'crane-validate --manifests-dir=output --surface=validate/surface.json',
    'crane-validate --destination-context=destination --validate-dir=captured',
  ],
  params: validateParams,
  workspaces: validateWorkspaces,
  results: validateResults,
  reasons: ['manifests', 'validate'],
  reportIn: 'validate',
  run: (input, context) => keepYoungSmall(() => runValidate(input, context)),
});
