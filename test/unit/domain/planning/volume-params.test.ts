import { describe, expect, it } from 'vitest';

import { resultsOfRun, takeBackParams, volumeParams } from '../../../../src/domain/planning/volume-params.ts';

function result(run: string, task: string, [name, value]: readonly [string, string]): object {
  const labels = { 'tekton.dev/pipelineRun': run, 'tekton.dev/pipelineTask': task };
  return {
    metadata: { labels },
    status: {
      results: [
        { name: 'other', value: 'o' },
        { name, value },
      ],
    },
  };
}

const tasks = [
  result('old', 'apply-to-cluster', ['report-digest', 'sha256:0']),
  result('run', 'apply-to-cluster', ['report-digest', 'sha256:1']),
  result('run', 'contexts', ['source-kubeconfig-digest', 'sha256:2']),
];
const params = { 'source-namespace': 'shop', 'destination-namespace': 'shop-2', images: 'skip', 'ready-timeout': '5' };
const input = { params, resultOf: resultsOfRun('run', tasks) };
const empty = { params: {}, resultOf: () => '' };

describe('the params of a TaskRun on a volume', () => {
  it('of a take-back name the namespace, the report of the run, and what the user chose', () => {
    const choice = { dryRun: false, allowChanged: ['Deployment.apps/web', 'Service/web'], includeKinds: ['Namespace'] };
    expect(takeBackParams(input, choice)).toEqual({
      context: 'destination',
      'cluster-uid': '',
      namespace: 'shop-2',
      'report-digest': 'sha256:1',
      'allow-changed': 'Deployment.apps/web,Service/web',
      'include-kinds': 'Namespace',
      'dry-run': 'false',
      'kubeconfig-digest': '',
    });
    expect(takeBackParams(empty, choice)['namespace']).toBe('');
  });

  it.each([
    ['restart-source', { namespace: 'shop', 'kubeconfig-digest': 'sha256:2' }, { namespace: '' }],
    ['verify', { 'ready-timeout': '5', 'allow-unready': '' }, { 'ready-timeout': '' }],
    [
      'validate',
      { images: 'skip', claims: '', 'destination-namespace': 'shop-2', 'kubeconfig-digest': 'sha256:2' },
      { images: '', 'source-namespace': '', 'kubeconfig-digest': '' },
    ],
    ['reports', { 'print-reports': 'true' }, { 'print-reports': 'true' }],
  ] as const)('of %s follow from the plan', (action, expected, without) => {
    expect(volumeParams(action, input)).toMatchObject(expected);
    expect(volumeParams(action, empty)).toMatchObject(without);
  });
});
