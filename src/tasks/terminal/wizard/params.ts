import type { Params } from '../../../runtime/define-task.ts';
import { count, optional, toggle } from '../../shared/param-kinds.ts';

export const wizardParams = {
  context: optional('Name of the kubeconfig context of the cluster of the runs. Empty: the current context.'),
  namespace: optional('Namespace of the migrations and their runs. Empty: that of the context.'),
  port: count([0, 65_535], 0, 'Port of the server. "0": a free one.'),
  'no-browser': toggle(false, 'Whether the page is not opened: its link is only printed.'),
} as const satisfies Params;
