import { clusterParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { optional, seconds } from '../../shared/param-kinds.ts';

/** Params of `crane-tasks watch`. */
export const watchParams = {
  'pipeline-run': { type: 'string', isWord: true, description: 'Name of the PipelineRun.' },
  namespace: optional('Namespace of the PipelineRun. Empty: that of the context.'),
  context: clusterParams.context,
  timeout: seconds({ fallback: 86_400, minimum: 1 }, 'Seconds to follow the run at most. The run itself continues.'),
  ...kubeconfigDigestParam,
} as const;
