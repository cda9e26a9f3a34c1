import type { TaskInput } from '../../../runtime/define-task.ts';
import type { InnerTask } from '../../shared/inner-tasks.ts';
import { craneTransformParams } from '../crane-transform/params.ts';
import { kustomizationParams, type manifestsParams, type manifestsWorkspaces } from './params.ts';

type Input = TaskInput<typeof manifestsParams, typeof manifestsWorkspaces>;

/** The tasks that make manifests of an export, one after the other. */
export function manifestTasks({ params, workspaces }: Input): readonly InnerTask[] {
  const given = (names: object) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(names, name)));
  return [
    {
      name: 'transform',
      task: 'crane-transform',
      params: () => given(craneTransformParams),
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
      params: (resultOf) => ({ ...given(kustomizationParams), 'index-digest': resultOf('apply', 'index-digest') }),
      workspaces,
    },
  ];
}
