import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { choice, optional, toggle } from '../../shared/param-kinds.ts';
import { kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const planParams = {
  answers: optional('Path of the file with the answers. Empty: the default answers for the two namespaces.'),
  'source-context': sideParams.context('source', 'Not used with answers.'),
  'source-namespace': sideParams.namespace('source', 'Not used with answers.'),
  'destination-context': sideParams.context('destination', 'Not used with answers.'),
  'destination-namespace': sideParams.namespace('destination', 'Empty: as at the source. Not used with answers.'),
  namespace: optional('Namespace of the runs, in the destination cluster. Empty: that of the context.'),
  show: choice(
    ['objects', 'answers', 'questions'],
    'What is printed: the objects of the migration as YAML, all answers with their defaults as YAML, or the questions ' +
      'with their choices as JSON.',
  ),
  action: choice(
    ['', 'stage', 'cutover', 'app', 'images'],
    'The run that is printed or created: `stage`, `cutover`, `app` or `images`. Empty: the first of the plan.',
  ),
  create: toggle(false, 'Whether the objects are created.'),
  'source-token-file': optional('File with the token for the source, where the answers choose the kind `token`.'),
  'destination-token-file': optional(
    'File with the token for the destination, where the answers choose the kind `token`.',
  ),
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const planWorkspaces = { kubeconfig: kubeconfigWorkspace } as const satisfies Workspaces;
