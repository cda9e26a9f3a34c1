import type { TaskInput } from '../../../runtime/define-task.ts';
import { pickParams, type InnerTask } from '../../shared/inner-tasks.ts';
import { craneTransformParams } from '../crane-transform/params.ts';
import { kustomizationParams, type manifestsParams, type manifestsWorkspaces } from './params.ts';

type Input = TaskInput<typeof manifestsParams, typeof manifestsWorkspaces>;

/** The tasks that make manifests of an export, one after the other. */
export function manifestTasks({ params, workspaces }: Input): readonly InnerTask[] {
  return [
    {
      name: 'transform',
      task: 'crane-transform',
      params: () => pickParams(params, craneTransformParams),
      workspaces,
    },
    {
      name: 'apply',
      task: 'crane-apply',
      after: ['transform'],
      params: (resultOf) => ({
        'index-digest': params['index-digest'],
        'transform-digest': resultOf('transform', 'transform-digest'),
      }),
      workspaces,
    },
    {
      name: 'kustomize-init',
      task: 'crane-kustomize-init',
      after: ['apply'],
      params: (resultOf) => ({
        ...pickParams(params, kustomizationParams),
        'index-digest': resultOf('apply', 'index-digest'),
      }),
      workspaces,
    },
  ];
}
